import { z } from "zod";
import { ContractVerdict } from "./contract.ts";
import { Usage } from "./usage.ts";
import { Verification } from "./verification.ts";

export { NO_USAGE, Usage } from "./usage.ts";
export { COMMAND_ORIGINS, Verification, VerifiedCommand, VerifyRun } from "./verification.ts";

/** One shell command that really ran, seen in the event stream or run by the verifier. */
export const CommandRun = z.object({
  command: z.string(),
  exitCode: z.number().int().nullable(),
  durationMs: z.number().nullable(),
  /** Files were changed after it: what it said is about another tree. */
  stale: z.literal(true).optional(),
  readOnlyTurn: z.boolean().optional(), // ran before any edit: it says nothing about the change
});
export type CommandRun = z.infer<typeof CommandRun>;

/** How Codex's process ended. `finished` is the only good one. */
export const CODEX_ENDS = [
  "finished",
  "cancelled",
  "provider_limit",
  "unauthorized",
  "rate_limited",
  "server_error",
  "stream_cut",
  "stalled",
  "timed_out",
  "over_budget",
  "crashed",
  "out_of_memory",
  "missing_binary",
  "unknown",
] as const;
export const CodexEnd = z.object({
  kind: z.enum(CODEX_ENDS),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  message: z.string().max(4_000).nullable(),
  /** When the provider's limit resets, in milliseconds since 1970; only with provider_limit. */
  resetAt: z.number().nullable(),
});
export type CodexEnd = z.infer<typeof CodexEnd>;

export const FileChange = z.object({
  path: z.string(),
  oldPath: z.string().nullable(),
  status: z.enum(["added", "modified", "deleted", "renamed", "typechange"]),
  added: z.number().int(),
  deleted: z.number().int(),
  binary: z.boolean(),
  /** git's mode of the new side, e.g. "100644"; "000000" when deleted. */
  mode: z.string(),
});
export type FileChange = z.infer<typeof FileChange>;

export const Diff = z.object({
  files: z.array(FileChange),
  addedLines: z.number().int(),
  deletedLines: z.number().int(),
  patchBytes: z.number().int(),
});
export type Diff = z.infer<typeof Diff>;

export const VIOLATION_RULES = [
  "link_outside_tree",
  "file_mode",
  "protected_path",
  "secret_found",
  "submodule",
  "path_unsafe",
  "agent_pushed",
  "forbidden_command",
] as const;
export const Violation = z.object({
  rule: z.enum(VIOLATION_RULES),
  path: z.string().nullable(),
  detail: z.string().max(1_000),
});
export type Violation = z.infer<typeof Violation>;

/** A test that the diff removes, skips or loosens. */
export const Weakening = z.object({
  kind: z.enum(["test_deleted", "test_skipped", "assertion_loosened", "check_configuration"]),
  path: z.string(),
  detail: z.string().max(1_000),
});
export type Weakening = z.infer<typeof Weakening>;

export const PreflightCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  /** A transient failure is worth another try; a hard one needs a person. */
  transient: z.boolean(),
  /** Nothing to stop for, but worth knowing. */
  warning: z.boolean().optional(),
  detail: z.string(),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

export const RebaseEvidence = z.object({
  how: z.enum(["remake", "merge"]),
  /** Git alone was not enough, or was not meant to be. */
  codex: z.boolean(),
  /** Files that did not go together, and those of them that still hold the marks of it. */
  conflicts: z.array(z.string()),
  unresolved: z.array(z.string()),
});
export type RebaseEvidence = z.infer<typeof RebaseEvidence>;

/** Everything the runner observed in one attempt. Grading reads nothing else. */
export const Evidence = z.object({
  preflight: z.array(PreflightCheck),
  codex: CodexEnd.nullable(),
  commands: z.array(CommandRun),
  diff: Diff.nullable(),
  violations: z.array(Violation),
  weakenings: z.array(Weakening),
  verification: Verification.nullable(),
  /** What the worker's contract decided; null where none was made. */
  contract: ContractVerdict.nullable().default(null),
  usage: Usage,
  /** The change was put onto a base that had moved. */
  rebase: RebaseEvidence.optional(),
  /** Questions of reviewers and how many have an answer, where nothing else was wanted. */
  answers: z.object({ asked: z.number().int(), given: z.number().int() }).optional(),
});
export type Evidence = z.infer<typeof Evidence>;
