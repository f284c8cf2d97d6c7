import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Feedback } from "../../src/core/event.ts";
import type { ManagerTriaged } from "../../src/core/manager-events.ts";
import { heedTriage, threadsOf, triageOfReviews, untriaged } from "../../src/core/model-triage.ts";
import { planReviews } from "../../src/core/review-plan.ts";
import { triageByRules } from "../../src/core/triage.ts";
import { feedback } from "./sample-events.ts";

const comment = (id: number, thread: number, line: number, body: string) => ({
  ...{ id, path: "src/a.ts", line, body, thread },
});
const REVIEW: Feedback = {
  ...feedback(1),
  comments: [
    comment(10, 10, 3, "Rename it."),
    comment(11, 11, 9, "Why so?"),
    // Another conversation at the same line, and a reply in the first.
    comment(12, 12, 3, "And test it."),
    comment(13, 10, 3, "Please."),
  ],
};

type Said = { id: string; action: "fix" | "answer" | "ignore"; reply?: string };

function triaged(...said: Said[]): ManagerTriaged {
  const threads = said.map((one) => ({ reply: "", reason: "so", ...one }));
  return { type: "manager.triaged", reviewId: 1, source: "llm", threads: heedTriage(REVIEW, { threads }) };
}

const anySaid: fc.Arbitrary<Said[]> = fc.array(
  fc.record({
    id: fc.constantFrom("review", "10", "11", "12", "13", "99"),
    action: fc.constantFrom("fix", "answer", "ignore"),
    reply: fc.string(),
  }),
);

test("a review is its own words and its conversations, each named by its first comment", () => {
  expect(threadsOf(REVIEW)).toEqual([
    { thread: "review", path: null, line: null, words: "Please rename it." },
    { thread: "10", path: "src/a.ts", line: 3, words: "Rename it.\n\nPlease." },
    { thread: "11", path: "src/a.ts", line: 9, words: "Why so?" },
    { thread: "12", path: "src/a.ts", line: 3, words: "And test it." },
  ]);
  expect(threadsOf({ ...REVIEW, body: " " }).map(({ thread }) => thread)).toEqual(["10", "11", "12"]);
});

test("whatever the model says, each conversation is sorted once, and no review vanishes by it", () => {
  fc.assert(
    fc.property(anySaid, (said) => {
      const triage = triageOfReviews([REVIEW], [triaged(...said)]);

      expect(triage.map(({ reviewId, thread }) => [reviewId, thread])).toEqual([
        ...[null, 10, 11, 12].map((thread) => [1, thread]),
      ]);
      expect(triage.some(({ treatment }) => treatment !== "ignore")).toBe(true);
    }),
  );
});

test("what the model left out is left to the rules, and so is all that it would ignore", () => {
  const byRules = triageByRules([REVIEW]);
  const everything = threadsOf(REVIEW).map(({ thread }) => ({ id: thread, action: "ignore" as const }));

  expect(triageOfReviews([REVIEW], [])).toEqual(byRules);
  expect(triageOfReviews([REVIEW], [triaged()])).toEqual(byRules);
  expect(triageOfReviews([REVIEW], [triaged(...everything)])).toEqual(byRules);
  expect(triageOfReviews([REVIEW], [triaged({ id: "12", action: "answer", reply: " " })])).toEqual([
    ...byRules.slice(0, 3),
    { reviewId: 1, thread: 12, treatment: "answer", reply: null },
  ]);
});

test("a review in which nothing is to be mended leads to answers alone, with the model's drafts", () => {
  const event = triaged(
    { id: "review", action: "ignore" },
    { id: "10", action: "answer", reply: "It is a public name." },
    { id: "12", action: "ignore", reply: "There is a test." },
  );

  const plan = planReviews([REVIEW], triageOfReviews([REVIEW], [event]));

  expect(plan.questionsOnly).toBe(true);
  expect(plan.threads).toMatchObject([
    { thread: 10, treatment: "answer", draft: "It is a public name." },
    { thread: 11, treatment: "answer", draft: null },
    { thread: 12, treatment: "ignore", draft: "There is a test." },
  ]);
});

test("a model is asked about a review once, and its first words count", () => {
  const [first, second] = [triaged({ id: "12", action: "answer" }), triaged({ id: "12", action: "ignore" })];

  expect(untriaged([REVIEW, feedback(2)], [first]).map(({ reviewId }) => reviewId)).toEqual([2]);
  expect(triageOfReviews([REVIEW], [first, second]).at(-1)?.treatment).toBe("answer");
});
