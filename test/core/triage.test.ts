import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Feedback } from "../../src/core/event.ts";
import { heedTriage, threadsOf, triageInstructions, triageOf, untriaged } from "../../src/core/triage.ts";
import { feedback } from "./sample-events.ts";

const comment = (id: number, line: number, body: string) => ({ id, path: "src/a.ts", line, body });
const REVIEW: Feedback = {
  ...feedback(1),
  comments: [comment(10, 3, "Rename it."), comment(11, 9, "Why so?"), comment(12, 3, "Please.")],
};

test("a review is its own words and a thread for each line, named by its first comment", () => {
  expect(threadsOf(REVIEW)).toEqual([
    { thread: "review", path: null, line: null, words: "Please rename it." },
    { thread: "10", path: "src/a.ts", line: 3, words: "Rename it.\n\nPlease." },
    { thread: "11", path: "src/a.ts", line: 9, words: "Why so?" },
  ]);
  expect(threadsOf({ ...REVIEW, body: " " }).map(({ thread }) => thread)).toEqual(["10", "11"]);
});

test("each thread has one answer whatever the model says, and no other thread has any", () => {
  const id = fc.constantFrom("review", "10", "11", "99");
  const action = fc.constantFrom("fix", "answer", "ignore");
  const one = fc.record({ id, action, reply: fc.string(), reason: fc.string() });
  fc.assert(
    fc.property(fc.array(one), (threads) => {
      const heeded = heedTriage(REVIEW, { threads });

      expect(heeded.map(({ thread }) => thread)).toEqual(["review", "10", "11"]);
    }),
  );
});

test("what was left out is mended", () => {
  const said = { id: "11", action: "answer" as const, reply: "Because of zones.", reason: "a question" };

  expect(heedTriage(REVIEW, { threads: [said] }).map(({ action }) => action)).toEqual([
    "fix",
    "fix",
    "answer",
  ]);
});

test("the worker is told of threads that want no change, and a review is triaged once", () => {
  const said = { id: "11", action: "answer" as const, reply: "Because of zones.", reason: "a question" };
  const triaged = {
    ...{ type: "manager.triaged" as const, reviewId: 1, source: "llm" as const },
    threads: heedTriage(REVIEW, { threads: [said] }),
  };

  expect(untriaged([REVIEW, feedback(2)], [triaged]).map(({ reviewId }) => reviewId)).toEqual([2]);
  expect(triageOf([triaged], 1)?.threads).toHaveLength(3);
  expect(triageInstructions([triaged], [REVIEW])).toEqual([
    "The thread at src/a.ts:9 is answered in words: change no code for it.",
  ]);
});
