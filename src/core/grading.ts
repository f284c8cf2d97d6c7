import type { Evidence } from "./evidence.ts";
import type { Grade } from "./grade.ts";
import type { AttemptView, GradingInput } from "./grading-rules.ts";
import { RULES } from "./grading-rules.ts";

export type { GradingInput } from "./grading-rules.ts";

const LONGEST = 4_000;

/** The first rule that matches gives the grade. The last one always does. */
export function gradeAttempt(evidence: Evidence, input: GradingInput): Grade {
  const view: AttemptView = { evidence, ...input };
  for (const { grade, reason, because } of RULES) {
    const found = because(view);
    if (found !== null) return capped({ grade, reason, because: found.slice(0, LONGEST) }, input);
  }
  return { grade: "HUMAN_REVIEW", reason: "runtime_unknown_failure", because: "No rule of grading matched" };
}

export type MatchedRule = Grade & { name: string };

/** Every rule that matches, the deciding one first; that it went well is said only where nothing else is. */
export function matchingRules(evidence: Evidence, input: GradingInput): MatchedRule[] {
  const view: AttemptView = { evidence, ...input };
  const matched = RULES.flatMap(({ name, grade, reason, because }) => {
    const found = because(view);
    return found === null ? [] : [{ name, grade, reason, because: found.slice(0, LONGEST) }];
  });
  return matched.length > 1 ? matched.filter(({ reason }) => reason !== "runtime_success") : matched;
}

/** Beyond the cap a person decides. A provider's limit is nobody's attempt, so it is never charged. */
function capped(grade: Grade, { policy, attempt }: GradingInput): Grade {
  const most = policy.max_retryable_attempts;
  const charged = grade.grade === "RETRYABLE" && grade.reason !== "provider_limit";
  if (!charged || most === 0 || attempt <= most) return grade;
  const because = `Attempt ${attempt} of ${most} that may be retried: ${grade.reason}: ${grade.because}`;
  return { grade: "HUMAN_REVIEW", reason: "retryable_limit_exceeded", because: because.slice(0, LONGEST) };
}
