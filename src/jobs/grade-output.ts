import type { AttemptReport } from "../core/attempt.ts";
import type { Grade } from "../core/grade.ts";
import { type GradeQuestion, gradeQuestion, heedAnswer } from "../core/grading-without-tests.ts";
import type { Question } from "../core/manager-question.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { askManager } from "./ask-manager.ts";
import type { AppContext } from "./context.ts";

type Graded = { run: Run; report: AttemptReport; policy: Policy; grade: Grade; signal: AbortSignal };

/** With `hybrid_llm`, the model settles the one question that it may; without an answer the rules' grade stands. */
export async function gradeWithModel(context: AppContext, graded: Graded): Promise<Grade> {
  const { run, report, policy, grade, signal } = graded;
  const asked = gradeQuestion(grade, { evidence: report.evidence, policy });
  if (asked === null || context.manager.port === null) return grade;
  const question = inWords(asked, report);
  const subject = `attempt:${report.attempt}`;
  const heard = await askManager(context, { run, policy, question, subject, signal });
  return heedAnswer(grade, asked, heard.kind === "answered" ? heard.answer : null);
}

function inWords(asked: GradeQuestion, { summary }: AttemptReport): Question<"grade_output"> {
  const { files, validations, because, ...facts } = asked;
  return {
    name: "grade_output",
    facts: { ...facts, files: files.length, validations: validations.length },
    words: {
      files: files.join("\n"),
      validations: validations.join("\n"),
      what_the_rules_say: because,
      what_the_worker_says: summary === null ? "" : `${summary.title}\n${summary.notes}`,
    },
  };
}
