import { Policy } from "../core/policy.ts";
import { EXIT, Problem } from "../core/problem.ts";
import type { UserPacket } from "../core/user-packet.ts";
import { readPacketFile } from "./packet-file.ts";

/** What commander makes of the flags of `run-agent-step`. */
export type StepOptions = {
  codexSandbox?: string;
  codexModel?: string;
  /** False with --no-codex-full-auto. */
  codexFullAuto: boolean;
  maxAgentSeconds?: string;
  maxChangedFiles?: string;
  maxAddedLines?: string;
  maxRetryableAttempts?: string;
  minTestCommands?: string;
  runtimeGradingMode?: string;
  skillsMode?: string;
  allowMissingSkills?: boolean;
  allowAgentPush?: boolean;
  allowReadPath: string[];
  allowDirtyWorktree?: boolean;
  taskPacketFile?: string;
  skipPreflight?: boolean;
  skipDoctor?: boolean;
};

export type StepFlags = {
  policy: Partial<Policy>;
  /** What the person adds to the task packet. */
  packet: UserPacket | null;
  /** What the journal must know of. */
  journaled: string[];
  /** What a flag means here, where that is not what it once meant. */
  notices: string[];
};

/** Reads the flags; one that cannot be meant is refused with the reason, none is silently ignored. */
export function readStepFlags(options: StepOptions): StepFlags {
  refuseDirty(options);
  refuseMissingSkills(options);
  return {
    policy: policyFlags(options),
    packet: options.taskPacketFile === undefined ? null : readPacketFile(options.taskPacketFile),
    journaled: JOURNALED.filter(([key]) => options[key] === true).map(([, flag]) => flag),
    notices: NOTICES.filter(({ when }) => when(options)).map(({ text }) => text),
  };
}

/** A flag over a key of the policy, whose own schema says what may stand there. */
const OVER_POLICY = [
  ["codexSandbox", "codex_sandbox"],
  ["codexModel", "codex_model"],
  ["maxAgentSeconds", "max_agent_seconds"],
  ["maxChangedFiles", "max_changed_files"],
  ["maxAddedLines", "max_added_lines"],
  ["maxRetryableAttempts", "max_retryable_attempts"],
  ["minTestCommands", "min_test_commands"],
  ["runtimeGradingMode", "runtime_grading_mode"],
  ["skillsMode", "skills_mode"],
] as const satisfies readonly (readonly [keyof StepOptions, keyof Policy])[];

const NO_NUMBER = "it must be a whole number, and neither negative nor larger than the policy takes";

function policyFlags(options: StepOptions): Partial<Policy> {
  const given = OVER_POLICY.flatMap(([option, key]) => {
    const text = options[option];
    if (text === undefined) return [];
    const isNumber = /^(max|min)_/.test(key);
    const parsed = Policy.shape[key].safeParse(isNumber && text.trim() !== "" ? Number(text) : text);
    if (parsed.success) return [[key, parsed.data] as const];
    const why = isNumber ? NO_NUMBER : parsed.error.issues.map(({ message }) => message).join("; ");
    throw usage(`--${key.replaceAll("_", "-")} ${text} is not usable`, why);
  });
  return Object.fromEntries(given);
}

const JOURNALED = [
  ["skipPreflight", "--skip-preflight"],
  ["skipDoctor", "--skip-doctor"],
  ["allowAgentPush", "--allow-agent-push"],
  ["allowMissingSkills", "--allow-missing-skills"],
] as const satisfies readonly (readonly [keyof StepOptions, string])[];

const NOTICES: readonly { when: (options: StepOptions) => boolean; text: string }[] = [
  {
    when: ({ allowAgentPush }) => allowAgentPush === true,
    text: "--allow-agent-push: the agent still cannot push, it has no credential; what it commits or tries to push is no violation",
  },
  {
    when: ({ codexFullAuto }) => !codexFullAuto,
    text: "--no-codex-full-auto: nobody is there to approve anything, so whatever Codex would ask for is denied, as it is without the flag",
  },
  {
    when: ({ maxAgentSeconds }) => maxAgentSeconds === "0",
    text: "--max-agent-seconds 0: no total clock; silence_seconds still ends a Codex that has stalled",
  },
];

function refuseDirty({ allowDirtyWorktree }: StepOptions): void {
  if (allowDirtyWorktree)
    throw usage(
      "--allow-dirty-worktree is refused",
      "every attempt starts from a clean checkout of an exact commit, so that its diff is its own; nothing is ever dirty",
      "Commit what you have to a branch, and make the run with --base <branch>",
    );
}

function refuseMissingSkills({ allowMissingSkills, skillsMode }: StepOptions): void {
  if (allowMissingSkills && skillsMode === "off")
    throw usage("--allow-missing-skills means nothing with --skills-mode off", "no skill is required then");
}

function usage(what: string, why: string, remedy = "Run: agentpr run-agent-step --help"): Problem {
  return new Problem(what, why, remedy, EXIT.usage);
}
