import type { WorkerAnswer } from "./attempt.ts";
import type { TaskPacket } from "./packet.ts";
import { type CommitFile, touches } from "./touched-lines.ts";

/** What a conversation is answered with, in no dialect. */
export type ThreadReply = {
  /** The first comment of the conversation; null answers the review's own text, in the pull request's conversation. */
  thread: number | null;
  reviewId: number;
  author: string;
  /** done: the fix touched these lines; elsewhere: it did not; answered, unanswered: a question. */
  kind: "done" | "elsewhere" | "answered" | "unanswered";
  /** The worker's own words, or the draft of whoever sorted the review. */
  said: string | null;
  /** What the fix changed. */
  files: string[];
  path: string | null;
  /** Only where the fix touched the lines, and nobody asked anything. */
  resolve: boolean;
};

/** The commit that answers, on the one that was published before it. */
export type Fix = { sha: string; parentSha: string; files: readonly CommitFile[] };

type Reviews = Pick<TaskPacket, "feedback" | "threads">;

/** The packet that an attempt had, the worker's answers and what was published → one reply for each conversation. */
export function threadReplies(
  { feedback, threads }: Reviews,
  answers: readonly WorkerAnswer[],
  fix: Fix | null,
): ThreadReply[] {
  const files = fix?.files.map(({ path }) => path) ?? [];
  const authors = new Map(feedback.map(({ reviewId, author }) => [reviewId, author]));
  const inThreads = threads.flatMap((thread) => {
    const { reviewId, path, treatment, draft } = thread;
    const said = saidOf(answers, reviewId, thread.thread) ?? draft;
    const kind = kindOf(treatment, said, fix !== null && isTouched(thread, fix));
    if (kind === null || thread.thread === null || (kind === "elsewhere" && fix === null)) return [];
    const about = { thread: thread.thread, reviewId, author: authors.get(reviewId) ?? "", path };
    return [{ ...about, kind, said, files, resolve: kind === "done" && !thread.asks }];
  });
  return [...lastOfEach(inThreads), ...feedback.flatMap((review) => replyToReview(review, answers))];
}

type Treated = TaskPacket["threads"][number]["treatment"];

function kindOf(treatment: Treated, said: string | null, touched: boolean): ThreadReply["kind"] | null {
  if (treatment === "ignore") return said === null ? null : "answered";
  if (treatment === "answer") return said === null ? "unanswered" : "answered";
  return touched ? "done" : "elsewhere";
}

/** Lines are comparable only where the comment counts them in the very commit that the fix stands on. */
function isTouched({ path, lines }: TaskPacket["threads"][number], { parentSha, files }: Fix): boolean {
  return lines !== null && lines.sha === parentSha && touches(files, path, lines);
}

/** A review's own text is answered only where it asks something: what was done stands in the threads and the commit. */
function replyToReview(
  { reviewId, author, treatment, draft }: TaskPacket["feedback"][number],
  answers: readonly WorkerAnswer[],
): ThreadReply[] {
  const said = saidOf(answers, reviewId, null) ?? draft;
  const kind = treatment === "fix" ? null : kindOf(treatment, said, false);
  if (kind === null) return [];
  return [{ thread: null, reviewId, author, kind, said, files: [], path: null, resolve: false }];
}

function saidOf(answers: readonly WorkerAnswer[], reviewId: number, thread: number | null): string | null {
  const found = answers.find((answer) =>
    thread === null ? answer.thread === null && answer.review === reviewId : answer.thread === thread,
  );
  return found === undefined || found.text.trim() === "" ? null : found.text;
}

/** Two reviews may have spoken in one conversation; it is answered once. */
function lastOfEach(replies: readonly ThreadReply[]): ThreadReply[] {
  return [...new Map(replies.map((reply) => [reply.thread, reply])).values()];
}

/** How many questions the packet holds, and how many of them have an answer. */
export function countAnswers(
  { feedback, threads }: Reviews,
  answers: readonly WorkerAnswer[],
): { asked: number; given: number } {
  const asked = [
    ...threads.filter(({ treatment }) => treatment === "answer"),
    ...feedback
      .filter(({ treatment }) => treatment === "answer")
      .map((review) => ({ ...review, thread: null })),
  ];
  const given = asked.filter(
    ({ reviewId, thread, draft }) => (saidOf(answers, reviewId, thread) ?? draft) !== null,
  );
  return { asked: asked.length, given: given.length };
}
