import { expect, test } from "@jest/globals";
import type { WorkerAnswer } from "../../src/core/attempt.ts";
import { planReviews } from "../../src/core/review-plan.ts";
import { countAnswers, type Fix, threadReplies } from "../../src/core/thread-replies.ts";
import { triageByRules } from "../../src/core/triage.ts";
import { feedback } from "./sample-events.ts";

const HEAD = "a".repeat(40);
const PATCH = "@@ -2,3 +2,3 @@\n two\n-three\n+THREE\n four";
const FIX: Fix = {
  sha: "b".repeat(40),
  parentSha: HEAD,
  files: [{ path: "a.ts", oldPath: null, patch: PATCH }],
};

type Place = { body?: string; line?: number; sha?: string; path?: string; lines?: boolean };

/** What is said in a thread about that place. */
function reply(
  { body = "Mend it.", line = 3, sha = HEAD, path = "a.ts", lines = true }: Place,
  { text, fix = FIX as Fix | null }: { text?: string; fix?: Fix | null } = {},
) {
  const comment = {
    id: 7,
    path,
    line,
    body,
    thread: 7,
    ...(lines ? { lines: { sha, from: line, to: line } } : {}),
  };
  const reviews = [{ ...feedback(1, ""), verdict: "commented" as const, comments: [comment] }];
  const answers: WorkerAnswer[] = text === undefined ? [] : [{ review: 1, thread: 7, text }];
  return threadReplies(planReviews(reviews, triageByRules(reviews)), answers, fix);
}

test.each([
  ["its lines touched", reply({}), "done", true],
  ["lines beside them", reply({ line: 2 }), "elsewhere", false],
  ["another file", reply({ path: "b.ts" }), "elsewhere", false],
  ["lines of another commit", reply({ sha: "c".repeat(40) }), "elsewhere", false],
  ["lines that are gone", reply({ lines: false }), "elsewhere", false],
  ["its lines touched, but asked as well", reply({ body: "Is it? Mend it." }), "done", false],
  ["a question, with an answer", reply({ body: "Why?" }, { text: "So." }), "answered", false],
  ["a question, without one", reply({ body: "Why?" }, { text: "  " }), "unanswered", false],
] as const)("%s", (_title, replies, kind, resolve) => {
  expect(replies).toMatchObject([{ thread: 7, reviewId: 1, kind, resolve }]);
});

test("nothing is said about a wish that nothing was published for", () => {
  expect(reply({}, { fix: null, text: "Done!" })).toEqual([]);
});

test("a review's own question is answered in the pull request, and its own wish by the commit", () => {
  const plan = (body: string) => {
    const reviews = [feedback(1, body)];
    return planReviews(reviews, triageByRules(reviews));
  };
  const answers = [{ review: 1, thread: null, text: "So." }];

  expect(threadReplies(plan("Why?"), answers, null)).toMatchObject([
    { thread: null, reviewId: 1, author: "mia", kind: "answered", said: "So.", resolve: false },
  ]);
  expect(threadReplies(plan("Mend it."), answers, FIX)).toEqual([]);
  expect(countAnswers(plan("Why?"), answers)).toEqual({ asked: 1, given: 1 });
  expect(countAnswers(plan("Why?"), [])).toEqual({ asked: 1, given: 0 });
});

test("two reviews in one conversation get one reply", () => {
  const line = (id: number) => ({ id, path: "a.ts", line: 3, body: "Mend it.", thread: 7 });
  const reviews = [
    { ...feedback(1, ""), verdict: "commented" as const, comments: [line(7)] },
    { ...feedback(2, ""), verdict: "commented" as const, comments: [line(9)] },
  ];

  expect(threadReplies(planReviews(reviews, triageByRules(reviews)), [], FIX)).toHaveLength(1);
});
