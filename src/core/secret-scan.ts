import type { Violation } from "./evidence.ts";
import type { PatchFile } from "./patch.ts";
import { disguises } from "./secret-scan-disguise.ts";

/** Shapes of credentials, by prefix and length. GitHub's newer tokens carry dots and are far longer than 36. */
export const SECRET_SHAPES: readonly (readonly [name: string, shape: RegExp])[] = [
  ["a GitHub token", /\bgh[pousr]_[A-Za-z0-9._-]{36,}/g],
  ["a GitHub fine-grained token", /\bgithub_pat_[A-Za-z0-9_]{22,}/g],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ["an OpenAI or Anthropic key", /\bsk-[A-Za-z0-9_-]{20,}/g],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}/g],
  ["a PyPI token", /\bpypi-AgE[A-Za-z0-9_-]{50,}/g],
  ["a Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}/g],
  ["a Telegram bot token", /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g],
  [
    "a database URL with a password",
    /\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp)s?:\/\/[^\s:/@]{0,100}:[^\s@]{6,200}@[^\s/'"`]{1,200}/g,
  ],
  ["a private key", /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g],
];
const LOCAL_DATABASE =
  /@(?:localhost|127\.0\.0\.1|\[::1\]|db|database|postgres|mysql|redis|mongo|[\w.-]*example\.(?:com|org|net))(?::|$)/i;
/** Shorter values are found by chance. */
const SHORTEST_KNOWN = 6;

/** Credentials in the added lines of a patch: by shape, and by exact value in the disguises a leak would use. */
export function findSecrets(files: readonly PatchFile[], known: readonly string[] = []): Violation[] {
  const forms = known.filter((value) => value.length >= SHORTEST_KNOWN).flatMap(disguises);
  return files.flatMap((file) => [...byShape(file), ...byValue(file, forms)]);
}

/** The kinds of credentials in a text. For messages, titles and anything else that leaves. */
export function secretsInText(text: string, known: readonly string[] = []): string[] {
  const file: PatchFile = {
    path: "",
    removed: [],
    added: text.split("\n").map((part, at) => ({ line: at + 1, text: part })),
  };
  return findSecrets([file], known).map((violation) => violation.detail);
}

function byShape({ path, added }: PatchFile): Violation[] {
  return added.flatMap(({ line, text }) =>
    SECRET_SHAPES.filter(([, shape]) => [...text.matchAll(shape)].some(([match]) => looksReal(match))).map(
      ([name]) => found(path, `Line ${line} holds what looks like ${name}`),
    ),
  );
}

/** Line ends and spaces are left out as well, so that a value broken over lines is still seen. */
function byValue({ path, added }: PatchFile, forms: readonly string[]): Violation[] {
  const whole = added.map(({ text }) => text).join("\n");
  const joined = whole.replace(/\s+/g, "");
  const leaked = forms.some((form) => whole.includes(form) || joined.includes(form));
  return leaked ? [found(path, "It holds a credential of this installation, as it is or encoded")] : [];
}

/** A row of one letter is a placeholder; a database on this machine is no secret. */
function looksReal(match: string): boolean {
  if (match.startsWith("-----")) return true;
  return new Set(match).size >= 10 && !LOCAL_DATABASE.test(match);
}

function found(path: string, detail: string): Violation {
  return { rule: "secret_found", path: path === "" ? null : path, detail };
}
