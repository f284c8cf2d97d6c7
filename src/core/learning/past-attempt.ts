import type { Evidence } from "../evidence.ts";
import type { Grade } from "../grade.ts";
import { gradeAttempt } from "../grading.ts";
import type { Policy } from "../policy.ts";
import type { PlacedSkill } from "../skills.ts";

/** An attempt that ended, with all that it was graded by. */
export type PastAttempt = {
  attemptId: string;
  runId: string;
  /** owner/repo */
  repository: string;
  promptVersion: string;
  skills: readonly PlacedSkill[];
  grade: Grade;
  evidence: Evidence;
  /** The policy that was frozen into it. */
  policy: Policy;
  failedInRow: number;
  asksForTestChanges: boolean;
};

/** What the rules make of its evidence, under its own policy or another. */
export function gradeAgain(past: PastAttempt, policy: Policy): Grade {
  const { evidence, failedInRow, asksForTestChanges } = past;
  return gradeAttempt(evidence, { policy, attempt: failedInRow + 1, asksForTestChanges });
}
