import { type Command, Option } from "commander";
import type { AppSettings } from "../config/settings.ts";
import { DECISION_MODES } from "../core/manager-question.ts";
import { Policy } from "../core/policy.ts";
import { EXIT, Problem } from "../core/problem.ts";
import type { GlobalOptions } from "./program.ts";

export type DecisionFlags = {
  decisionMode?: string;
  managerApiBase?: string;
  managerModel?: string;
  managerTimeoutSec?: string;
};

export type ManagerFlags = DecisionFlags & {
  runId?: string;
  limit: string;
  maxActionsPerRun: string;
  dryRun?: boolean;
  promptFile?: string;
  promptVersion?: string;
  skillsMode?: string;
  codexSandbox?: string;
};

/** Who decides in this process. The key has no flag: it would stand in the process list. */
export function decides(command: Command): Command {
  return command
    .addOption(new Option("--decision-mode <mode>", "who decides").choices([...DECISION_MODES]))
    .option("--manager-api-base <address>", "the model's endpoint, any that speaks as OpenAI's does")
    .option("--manager-model <model>", "the model")
    .option("--manager-timeout-sec <seconds>", "longest time for one question");
}

/** What a tick and a loop of ticks take alike. */
export function manages(command: Command): Command {
  return decides(command)
    .option("--run-id <run>", "this run alone")
    .option("--limit <number>", "at most so many runs a tick", "200")
    .option("--max-actions-per-run <number>", "at most so many actions a run and tick", "8")
    .option("--dry-run", "say what would be decided, and do nothing")
    .option("--prompt-file <file>", "one base prompt in place of every version")
    .option("--prompt-version <version>", "prompt version in place of every run's own")
    .option("--skills-mode <mode>", "over the policy's skills_mode")
    .option("--codex-sandbox <sandbox>", "over the policy's codex_sandbox");
}

const VARIABLES = {
  decisionMode: "AGENTPR_MANAGER_DECISION_MODE",
  managerApiBase: "AGENTPR_MANAGER_API_BASE",
  managerModel: "AGENTPR_MANAGER_MODEL",
  managerTimeoutSec: "AGENTPR_MANAGER_TIMEOUT_SEC",
  promptFile: "AGENTPR_WORKER_PROMPT_FILE",
} as const satisfies Partial<Record<keyof ManagerFlags, string>>;

/** The app's settings with these flags over them; each is checked as its variable is. */
export async function settingsWith(options: GlobalOptions & Partial<ManagerFlags>): Promise<AppSettings> {
  const { loadAppSettings } = await import("../config/settings.ts");
  const { settingsSource } = await import("./sources.ts");
  const source = settingsSource(options);
  const given = Object.entries(VARIABLES).flatMap(([flag, variable]) => {
    const value = options[flag as keyof typeof VARIABLES];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return loadAppSettings({ ...source, env: { ...source.env, ...Object.fromEntries(given) } });
}

const OVER_POLICY = { skillsMode: "skills_mode", codexSandbox: "codex_sandbox" } as const;

export function policyFlags(options: Pick<ManagerFlags, keyof typeof OVER_POLICY>): Partial<Policy> {
  const given = Object.entries(OVER_POLICY).flatMap(([flag, key]) => {
    const text = options[flag as keyof typeof OVER_POLICY];
    if (text === undefined) return [];
    const parsed = Policy.shape[key].safeParse(text);
    if (parsed.success) return [[key, parsed.data] as const];
    const why = parsed.error.issues.map(({ message }) => message).join("; ");
    throw unusable(`--${key.replaceAll("_", "-")} ${text}`, why);
  });
  return Object.fromEntries(given);
}

export function whole(text: string, option: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && value <= 1_000_000) return value;
  throw unusable(`${option} ${text}`, `it must be a whole number from ${least}`);
}

function unusable(what: string, why: string): Problem {
  return new Problem(`${what} is not usable`, why, "Run: agentpr run-manager-loop --help", EXIT.usage);
}
