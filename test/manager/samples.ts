import type { Answer, Question, QuestionName } from "../../src/core/manager-question.ts";

type Sample<N extends QuestionName> = { question: Question<N>; answer: Answer<N> };

const asked = <N extends QuestionName>(name: N, choices?: string[]): Question<N> => ({
  name,
  facts: { state: "EXECUTING" },
  words: { log: "it is red" },
  ...(choices ? { choices } : {}),
});
const reason = "because";

/** One of each question with a good answer. */
export const QUESTIONS: { [N in QuestionName]: Sample<N> } = {
  choose_decision: {
    question: asked("choose_decision", ["attempt", "escalate"]),
    answer: { decision: "attempt", reason },
  },
  grade_output: { question: asked("grade_output"), answer: { verdict: "review", reason } },
  diagnose_failure: {
    question: asked("diagnose_failure"),
    answer: { retry: true, where: "go_on", modified_instructions: "Mind the zone.", reason },
  },
  triage_review: {
    question: asked("triage_review", ["review", "10"]),
    answer: { threads: [{ id: "10", action: "answer", reply: "It is UTC.", reason }] },
  },
  explain_card: {
    question: asked("explain_card", ["retry", "cancel"]),
    answer: { why: "It waits.", suggestions: [{ action: "retry", reason: "The zone was wrong." }] },
  },
  fill_template: {
    question: asked("fill_template", ["what"]),
    answer: { sections: [{ section: "what", text: "A zone." }] },
  },
  route_text: {
    question: asked("route_text", ["status", "list"]),
    answer: { action: "status", arguments: [{ name: "run", value: "run_1" }], reason },
  },
};
