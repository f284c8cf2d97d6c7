import type { Diff, Evidence } from "./evidence.ts";
import type { Grade } from "./grade.ts";
import { testEvidence, validations } from "./grading-evidence.ts";
import type { AttemptView } from "./grading-rules.ts";

/** What a change may hold at most when nothing but linters looks at it; the policy's own budgets hold as well. */
const MOST = { files: 8, addedLines: 240 } as const;

/** A question to the app's model: may this change pass, although its repository has no tests? */
export type GradeQuestion = {
  kind: "no_test_infrastructure";
  files: string[];
  addedLines: number;
  validations: string[];
  /** What the rules say, and why. */
  grade: Grade["grade"];
  because: string;
};
export type GradeAnswer = { verdict: "pass" | "review"; reason: string };

/** In a repository without any tests a small change may pass that went through at least one linter; null when it may not. */
export function withoutTests({ evidence, policy }: Pick<AttemptView, "evidence" | "policy">): string | null {
  if (policy.runtime_grading_mode === "rules" || policy.min_test_commands === 0) return null;
  const checked = validations(evidence);
  if (!hasNoTests(evidence) || !isSmall(evidence.diff) || checked.length === 0) return null;
  return `The repository has no tests; the change is small and passed ${checked.join(", ")}`;
}

/** What `hybrid_llm` asks about this grade; null when nothing is asked. Without a model the grade of the rules stands. */
export function gradeQuestion(
  grade: Grade,
  { evidence, policy }: Pick<AttemptView, "evidence" | "policy">,
): GradeQuestion | null {
  if (policy.runtime_grading_mode !== "hybrid_llm" || !SETTLED_BY_IT.has(grade.reason)) return null;
  const { diff } = evidence;
  if (!hasNoTests(evidence) || diff === null) return null;
  return {
    kind: "no_test_infrastructure",
    files: diff.files.slice(0, 50).map(({ path }) => path),
    addedLines: diff.addedLines,
    validations: validations(evidence),
    grade: grade.grade,
    because: grade.because,
  };
}

/** The answer settles the one question, either way; no answer changes nothing. It reaches no other grade. */
export function heedAnswer(grade: Grade, question: GradeQuestion | null, answer: GradeAnswer | null): Grade {
  if (question === null || answer === null) return grade;
  const because = `The model was asked about a repository without tests: ${answer.reason}`.slice(0, 4_000);
  return answer.verdict === "pass"
    ? { grade: "PASS", reason: "runtime_success_no_test_infra_with_validation", because }
    : { grade: "HUMAN_REVIEW", reason: "missing_test_evidence", because };
}

const SETTLED_BY_IT: ReadonlySet<Grade["reason"]> = new Set([
  "missing_test_evidence",
  "runtime_success_no_test_infra_with_validation",
]);

/** Somebody has looked and found no sign of tests; no test was planned, and none was seen to run. */
function hasNoTests(evidence: Evidence): boolean {
  const { verification } = evidence;
  if (verification === null || verification.mode === "off" || verification.infrastructure?.length !== 0)
    return false;
  const planned = verification.commands.some(({ kind }) => kind === "test");
  return !planned && testEvidence(evidence).length === 0;
}

function isSmall(diff: Diff | null): boolean {
  return diff !== null && diff.files.length <= MOST.files && diff.addedLines <= MOST.addedLines;
}
