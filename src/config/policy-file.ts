import { readFileSync } from "node:fs";
import type { Policy } from "../core/policy.ts";
import { messageOf, Problem } from "../core/problem.ts";
import type { RepositoryName } from "../core/run.ts";
import { explainIssue, patternFaults } from "./policy-faults.ts";
import { type ExplainedPolicy, explainPolicy, type PolicySource, policyOf } from "./policy-origins.ts";
import { type Overrides, PolicyFile, WITHOUT_EFFECT } from "./policy-schema.ts";
import type { GithubWebhook, TelegramBot } from "./policy-sections.ts";

export type LoadedPolicy = {
  file: string;
  /** False: the file is not there, and every default is in force. */
  present: boolean;
  /** The policy in force for a repository: flag, then `owner/repo`, then bare `repo`, then the file, then the default. */
  policyFor(repository: RepositoryName, flags?: Overrides): Policy;
  /** The same, with where every value comes from. */
  explain(repository: RepositoryName, flags?: Overrides): ExplainedPolicy;
  githubWebhook: GithubWebhook;
  telegramBot: TelegramBot;
  /** Names that stand under `repo_overrides`. */
  overrides: string[];
  /** Keys that the file sets and that change nothing, for `doctor`. */
  withoutEffect: string[];
};

/** Reads the policy once; a file that is not there leaves every default in force. */
export function loadPolicy(file: string): LoadedPolicy {
  const text = readIfThere(file);
  const parsed = parsePolicy(text ?? "{}", file);
  const sourcesFor = sourcesOf(parsed);
  const overrides = Object.keys(parsed.run_agent_step?.repo_overrides ?? {});
  for (const name of overrides) checkTogether(sourcesFor(nameOf(name), {}), { file, name });
  return {
    file,
    present: text !== null,
    policyFor: (repository, flags = {}) => policyOf(sourcesFor(repository, flags)),
    explain: (repository, flags = {}) => explainPolicy(sourcesFor(repository, flags)),
    githubWebhook: parsed.github_webhook,
    telegramBot: parsed.telegram_bot,
    overrides,
    withoutEffect: keysWithoutEffect(parsed),
  };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Problem(`The policy ${file} cannot be read`, messageOf(error), "Correct its path or rights");
  }
}

function parsePolicy(text: string, file: string): PolicyFile {
  const parsed = PolicyFile.safeParse(parseJson(text, file));
  if (!parsed.success) throw unusable(file, parsed.error.issues.map(explainIssue).join("; "));
  const faults = Object.entries(layersOf(parsed.data)).flatMap(([at, keys]) => patternFaults(at, keys));
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

function unusable(file: string, why: string): Problem {
  return new Problem(
    `The policy ${file} is not usable`,
    why,
    "Correct the file; policy/policy.schema.json lists every key",
  );
}

type Layer = NonNullable<NonNullable<PolicyFile["run_agent_step"]>["repo_overrides"]>[string];

/** What speaks for a repository, the weakest first. Names are compared without regard to case. */
function sourcesOf({ run_agent_step }: PolicyFile) {
  const { repo_overrides = {}, ...general } = run_agent_step ?? {};
  const byName = new Map(Object.entries(repo_overrides).map(([name, keys]) => [name.toLowerCase(), keys]));
  const named = (name: string) => source(`override ${name}`, byName.get(name.toLowerCase()) ?? {});
  const file = source("file", general);
  return ({ owner, repo }: RepositoryName, flags: Overrides): PolicySource[] => [
    file,
    named(repo),
    named(`${owner}/${repo}`),
    { origin: "flag", keys: flags },
  ];
}

const IGNORED: ReadonlySet<string> = new Set(WITHOUT_EFFECT);

function source(origin: string, layer: Layer): PolicySource {
  return { origin, keys: Object.fromEntries(Object.entries(layer).filter(([key]) => !IGNORED.has(key))) };
}

function nameOf(name: string): RepositoryName {
  const at = name.indexOf("/");
  return { owner: name.slice(0, Math.max(0, at)), repo: name.slice(at + 1) };
}

/** Lists that are each short enough may be too long together. */
function checkTogether(
  sources: readonly PolicySource[],
  { file, name }: { file: string; name: string },
): void {
  try {
    policyOf(sources);
  } catch (error) {
    throw unusable(
      file,
      `repo_overrides.${name} and what it stands on do not go together: ${messageOf(error)}`,
    );
  }
}

/** Each layer of the file by the place where it stands. */
function layersOf({ run_agent_step }: PolicyFile): Record<string, Layer> {
  const { repo_overrides = {}, ...general } = run_agent_step ?? {};
  const named = Object.entries(repo_overrides).map(([name, keys]) => [`repo_overrides.${name}`, keys]);
  return { run_agent_step: general, ...Object.fromEntries(named) };
}

function keysWithoutEffect(parsed: PolicyFile): string[] {
  return Object.entries(layersOf(parsed)).flatMap(([at, keys]) =>
    Object.keys(keys)
      .filter((key) => IGNORED.has(key))
      .map((key) => `${at}.${key}`),
  );
}
