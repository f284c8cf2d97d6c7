import { expect, test } from "@jest/globals";
import type { Feedback } from "../../src/core/event.ts";
import { planReviews } from "../../src/core/review-plan.ts";
import { isIdle, type Triage, triageByRules } from "../../src/core/triage.ts";
import { feedback } from "./sample-events.ts";

const LINES = { sha: "a".repeat(40), from: 3, to: 3 };
const said = (id: number, body: string, thread = id) => ({
  id,
  path: "a.ts",
  line: 3,
  body,
  thread,
  lines: LINES,
});

function review(more: Partial<Feedback>): Feedback {
  return { ...feedback(1, ""), verdict: "commented", ...more };
}

function byRules(...reviews: Feedback[]) {
  return planReviews(reviews, triageByRules(reviews));
}

test("each conversation has a treatment of its own, and thanks are left out", () => {
  const { threads, questionsOnly } = byRules(
    review({
      comments: [said(7, "Rename it."), said(8, "Why?"), said(9, "Thanks!"), said(10, "And test it.", 7)],
    }),
  );

  expect(threads).toMatchObject([
    {
      thread: 7,
      treatment: "fix",
      asks: false,
      lines: LINES,
      comments: [{ body: "Rename it." }, { body: "And test it." }],
    },
    { thread: 8, treatment: "answer", asks: true },
  ]);
  expect(questionsOnly).toBe(false);
});

test.each([
  ["questions alone", [review({ body: "Why?", comments: [said(7, "How?")] })], true],
  ["a question beside thanks", [review({ body: "Nice!", comments: [said(7, "How?")] })], true],
  ["a question beside a wish", [review({ comments: [said(7, "How?"), said(8, "Mend it.")] })], false],
  [
    "a question, and a wish in another review",
    [review({ body: "Why?" }), { ...feedback(2), comments: [] }],
    false,
  ],
  ["nothing", [], false],
])("%s: nothing but questions is %s", (_title, reviews, expected) =>
  expect(byRules(...reviews).questionsOnly).toBe(expected),
);

test.each([
  ["a comment of thanks", review({ body: "Thanks!" }), true],
  ["a comment that asks", review({ body: "Why?" }), false],
  ["a lone remark at a line", review({ comments: [said(7, "👍")] }), true],
  ["a demand for changes without words", review({ verdict: "changes_requested" }), false],
])("%s is no reason to do something: %s", (_title, one, expected) => expect(isIdle(one)).toBe(expected));

test("somebody else's triage takes the place of the rules', with drafts", () => {
  const one = review({ body: "Hm.", comments: [said(7, "Rename it."), said(8, "Why?")] });
  const triage: Triage = [
    { reviewId: 1, thread: null, treatment: "ignore", reply: null },
    { reviewId: 1, thread: 7, treatment: "ignore", reply: "It is named so by the base class." },
    { reviewId: 1, thread: 8, treatment: "answer", reply: "For speed." },
  ];

  expect(planReviews([one], triage)).toMatchObject({
    feedback: [{ treatment: "ignore" }],
    threads: [
      { thread: 7, treatment: "ignore", draft: "It is named so by the base class." },
      { thread: 8, treatment: "answer", draft: "For speed." },
    ],
    questionsOnly: true,
  });
  expect(planReviews([one], []).threads.map(({ treatment }) => treatment)).toEqual(["fix", "fix"]);
});
