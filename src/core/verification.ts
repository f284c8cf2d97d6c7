import { z } from "zod";

/** One execution of a verification command on one tree. */
export const VerifyRun = z.object({
  exitCode: z.number().int().nullable(),
  timedOut: z.boolean(),
  durationMs: z.number(),
  /** Names of failing tests; null when the output could not be read. */
  failing: z.array(z.string()).nullable(),
  /** How many tests ran; null when the output could not be read. */
  ran: z.number().int().nullable(),
  outputTail: z.string(),
  /** The output or a report counted failures, whatever the exit code says. */
  saysFailed: z.literal(true).optional(),
});
export type VerifyRun = z.infer<typeof VerifyRun>;

export const COMMAND_ORIGINS = ["policy", "repository", "ci", "manifest", "contract", "worker"] as const;
export const VerifiedCommand = z.object({
  command: z.string(),
  kind: z.enum(["test", "lint"]),
  origin: z.enum(COMMAND_ORIGINS),
  head: VerifyRun,
  /** Second run of the same tree, made only when the first failed. */
  again: VerifyRun.nullable(),
  base: VerifyRun.nullable(),
  verdict: z.enum(["passed", "new_failure", "preexisting", "flaky", "not_a_test_run", "unproven"]),
  /** Why a green run proves nothing; only with `unproven`. */
  doubt: z.string().max(1_000).optional(),
  newFailures: z.array(z.string()),
});
export type VerifiedCommand = z.infer<typeof VerifiedCommand>;

export const Verification = z.object({
  mode: z.enum(["off", "head", "baseline"]),
  /** How dependencies came to the fresh checkout. */
  dependencies: z.enum(["none", "installed", "reused"]),
  commands: z.array(VerifiedCommand),
  /** Signs of tests in base and candidate, empty when there are none; absent when nobody has looked. */
  infrastructure: z.array(z.string()).max(50).optional(),
});
export type Verification = z.infer<typeof Verification>;
