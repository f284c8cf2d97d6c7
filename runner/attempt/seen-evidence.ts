import type { CodexEnd, Evidence, Violation } from "../../src/core/evidence.ts";
import { NO_USAGE } from "../../src/core/evidence.ts";
import type { Candidate } from "../workspace/candidate.ts";

/** What is known of an attempt before anything of it has happened. */
export const NOTHING: Evidence = {
  preflight: [],
  codex: null,
  commands: [],
  diff: null,
  violations: [],
  weakenings: [],
  verification: null,
  contract: null,
  usage: NO_USAGE,
};

export function withViolations(evidence: Evidence, violations: Violation[]): Evidence {
  return { ...evidence, violations: [...evidence.violations, ...violations] };
}

export function withCandidate(evidence: Evidence, { facts, violations, weakenings }: Candidate): Evidence {
  return { ...withViolations(evidence, violations), diff: facts.diff, weakenings };
}

export const CALLED_OFF: CodexEnd = {
  kind: "cancelled",
  exitCode: null,
  signal: null,
  message: "called off",
  resetAt: null,
};
