import { Policy, type PolicyKey } from "../policy.ts";
import { gradeAgain, type PastAttempt } from "./past-attempt.ts";
import type { Patch, Replay } from "./proposal.ts";

/** The keys that grading reads: only these can be tried on evidence that is there already. */
const GRADED_BY: ReadonlySet<PolicyKey> = new Set([
  "max_changed_files",
  "max_added_lines",
  "max_patch_bytes",
  "min_test_commands",
  "runtime_grading_mode",
  "max_retryable_attempts",
]);

/** Grades what was recorded of past attempts under the proposed policy: what would have come out differently. */
export function replay(patch: Patch, past: readonly PastAttempt[]): Replay {
  if (patch.kind !== "policy")
    return notReplayable("other words lead to other work, which only new attempts can show");
  if (!GRADED_BY.has(patch.key))
    return notReplayable(`${patch.key} changes how attempts run, and what is recorded ended as it did`);
  const concerned = past.filter(({ repository }) => repository === patch.repository);
  const changed = concerned.flatMap((attempt) => differenceOf(attempt, patch));
  return {
    kind: "replayed",
    attempts: concerned.length,
    better: changed.filter(({ after }) => after.grade === "PASS").length,
    worse: changed.filter(({ before }) => before.grade === "PASS").length,
    changed,
  };
}

type Changed = Extract<Replay, { kind: "replayed" }>["changed"];

function differenceOf(attempt: PastAttempt, { key, to }: Extract<Patch, { kind: "policy" }>): Changed {
  const before = gradeAgain(attempt, attempt.policy);
  const after = gradeAgain(attempt, Policy.parse({ ...attempt.policy, [key]: to }));
  if (before.grade === after.grade && before.reason === after.reason) return [];
  const { attemptId, runId } = attempt;
  const verdict = ({ grade, reason }: typeof before) => ({ grade, reason });
  return [{ attempt_id: attemptId, run_id: runId, before: verdict(before), after: verdict(after) }];
}

function notReplayable(why: string): Replay {
  return { kind: "not_replayable", why };
}
