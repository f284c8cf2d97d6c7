import type { Evidence } from "../../../src/core/evidence.ts";
import { gradeAgain, type PastAttempt } from "../../../src/core/learning/past-attempt.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy.ts";
import { sampleChange, sampleEvidence, verified } from "../sample-report.ts";

let made = 0;

/** An attempt that ended as the rules have it for its evidence, unless another grade is given. */
export function past(more: Partial<PastAttempt> = {}): PastAttempt {
  made += 1;
  const attempt: PastAttempt = {
    ...{ attemptId: `att_${made}`, runId: `run_${made}`, repository: "octo/widget", promptVersion: "v1" },
    skills: [],
    grade: { grade: "PASS", reason: "runtime_success", because: "so" },
    evidence: sampleEvidence([verified()]),
    policy: DEFAULT_POLICY,
    ...{ failedInRow: 0, asksForTestChanges: false, ...more },
  };
  return { ...attempt, grade: more.grade ?? gradeAgain(attempt, attempt.policy) };
}

/** Evidence of a change of so many files and lines, with green tests. */
export function changeOf(files: number, addedLines = 3): Evidence {
  const { diff } = sampleChange();
  const [file] = diff.files;
  if (file === undefined) throw new Error("the sample has a file");
  const many = Array.from({ length: files }, (_, at) => ({ ...file, path: `f${at}.ts` }));
  return sampleEvidence([verified()], { diff: { ...diff, files: many, addedLines } });
}
