import { readFileSync } from "node:fs";
import { z } from "zod";
import { Policy } from "../core/policy.ts";
import { messageOf, Problem } from "../core/problem.ts";
import type { RepositoryName } from "../core/run.ts";
import { didYouMean } from "../core/suggest.ts";
import { knownKeysAt, type Overrides, PolicyFile, WITHOUT_EFFECT } from "./policy-schema.ts";

export type LoadedPolicy = {
  /** The policy in force for a repository: flag, then `owner/repo`, then bare `repo`, then the file, then the default. */
  policyFor(repository: RepositoryName, flags?: Overrides): Policy;
  /** Largest webhook body that is read. */
  maxPayloadBytes: number;
  /** Keys that the file sets and that change nothing, for `doctor`. */
  withoutEffect: string[];
};

const MAX_PAYLOAD_BYTES = 1_048_576;

/** Reads the policy once; a file that is not there leaves every default in force. */
export function loadPolicy(file: string): LoadedPolicy {
  const parsed = parsePolicy(readIfThere(file), file);
  const { repo_overrides = {}, ...general } = parsed.run_agent_step ?? {};
  const byName = new Map(Object.entries(repo_overrides).map(([name, keys]) => [name.toLowerCase(), keys]));
  const found = (name: string) => known(byName.get(name.toLowerCase()) ?? {});
  const policyFor: LoadedPolicy["policyFor"] = ({ owner, repo }, flags = {}) =>
    Policy.parse({ ...known(general), ...found(repo), ...found(`${owner}/${repo}`), ...flags });
  return {
    policyFor,
    maxPayloadBytes: parsed.github_webhook?.max_payload_bytes ?? MAX_PAYLOAD_BYTES,
    withoutEffect: keysWithoutEffect(parsed),
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "{}";
    throw new Problem(`The policy ${file} cannot be read`, messageOf(error), "Correct its path or rights");
  }
}

function parsePolicy(text: string, file: string): PolicyFile {
  const parsed = PolicyFile.safeParse(parseJson(text, file));
  if (!parsed.success) throw unusable(file, parsed.error.issues.map(explain).join("; "));
  const faults = Object.entries(overridesOf(parsed.data)).flatMap(([at, keys]) => patternFaults(at, keys));
  if (faults.length > 0) throw unusable(file, faults.join("; "));
  return parsed.data;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(file, `it is not JSON: ${messageOf(error)}`);
  }
}

function explain(issue: z.core.$ZodIssue): string {
  const at = issue.path.length === 0 ? "the file" : issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return `${at}: ${issue.message}`;
  const keys = issue.keys.map((key) => `"${key}"${didYouMean(key, knownKeysAt(issue.path))}`);
  return `${at} has the unknown key ${keys.join(", ")}`;
}

function unusable(file: string, why: string): Problem {
  return new Problem(
    `The policy ${file} is not usable`,
    why,
    "Correct the file; policy/policy.schema.json lists every key",
  );
}

/** Each layer of the file by the place where it stands. */
function overridesOf({ run_agent_step }: PolicyFile): Record<string, Record<string, unknown>> {
  const { repo_overrides = {}, ...general } = run_agent_step ?? {};
  const named = Object.entries(repo_overrides).map(
    ([name, keys]) => [`repo_overrides.${name}`, keys] as const,
  );
  return { run_agent_step: general, ...Object.fromEntries(named) };
}

const Patterns = z.array(z.string()).catch([]);

function patternFaults(at: string, keys: Record<string, unknown>): string[] {
  return Patterns.parse(keys.known_test_failure_allowlist).flatMap((pattern) => {
    try {
      new RegExp(pattern);
      return [];
    } catch (error) {
      return [`${at}.known_test_failure_allowlist: ${messageOf(error)}`];
    }
  });
}

const IGNORED: ReadonlySet<string> = new Set(WITHOUT_EFFECT);

function known(keys: Record<string, unknown>): Overrides {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => !IGNORED.has(key)));
}

function keysWithoutEffect(parsed: PolicyFile): string[] {
  const inLayers = Object.entries(overridesOf(parsed)).flatMap(([at, keys]) =>
    Object.keys(keys)
      .filter((key) => IGNORED.has(key))
      .map((key) => `${at}.${key}`),
  );
  const audit = parsed.github_webhook?.audit_log_file === undefined ? [] : ["github_webhook.audit_log_file"];
  return [...inLayers, ...audit, ...(parsed.telegram_bot === undefined ? [] : ["telegram_bot"])];
}
