import type { Fact, Reply } from "../actions/reply.ts";
import { EXIT, type ExitCode } from "../core/problem.ts";
import { paint } from "./paint.ts";

type Answer = Extract<Reply, { ok: true }>;

/** A reply for the terminal: its words, its facts in two columns, and the secret for this person's eyes. */
export function renderText({ text, facts = [], secret }: Answer): string {
  const code = secret === undefined ? [] : ["", `confirmation code: ${paint("bold", secret)}`];
  return [clean(text), ...renderFacts(facts), ...code].join("\n");
}

export function renderFacts(facts: readonly Fact[]): string[] {
  const width = Math.max(0, ...facts.map(([label]) => label.length));
  return facts.map(
    ([label, value]) => `  ${paint("dim", label.padEnd(width))}  ${indent(clean(value), width + 4)}`,
  );
}

/** One stable shape: ok, text, facts by label, data, and the confirmation code where there is one. */
export function renderJson({ text, facts = [], data, secret }: Answer): string {
  return JSON.stringify({
    ok: true,
    text,
    facts: facts.map(([label, value]) => ({ label, value })),
    ...(data === undefined ? {} : { data }),
    ...(secret === undefined ? {} : { confirm_token: secret }),
  });
}

const EXIT_OF = { refused: EXIT.refused, not_found: EXIT.notFound, usage: EXIT.usage } as const;

export function exitCodeOf(reply: Reply): ExitCode {
  return reply.ok ? EXIT.done : EXIT_OF[reply.kind];
}

function indent(text: string, by: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(by)}`);
}

/** Titles and logs come from strangers: nothing of theirs may steer the terminal. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to remove
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
}
