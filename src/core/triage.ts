import { z } from "zod";
import type { Feedback } from "./event.ts";
import { wordsKind } from "./review-words.ts";

/** What is to be done about something that a reviewer said. */
export const Treatment = z.enum(["fix", "answer", "ignore"]);
export type Treatment = z.infer<typeof Treatment>;

export const TriageItem = z.object({
  reviewId: z.number(),
  /** The first comment of the conversation; null for the review's own text. */
  thread: z.number().nullable(),
  treatment: Treatment,
  /** What may be answered where the worker has no better words. */
  reply: z.string().max(8_000).nullable(),
});
export type TriageItem = z.infer<typeof TriageItem>;

/** Somebody's view of all that reviewers said: the rules', or a model's in their place. */
export const Triage = z.array(TriageItem);
export type Triage = z.infer<typeof Triage>;

const TREATED = { request: "fix", question: "answer", remark: "ignore" } as const;

/** The rules' triage: questions get an answer, thanks get nothing, everything else is work. */
export function triageByRules(feedback: readonly Feedback[]): Triage {
  return feedback.flatMap(triageOne);
}

/** Nothing in it asks for anything: such a review is no reason to do something. */
export function isIdle(feedback: Feedback): boolean {
  return triageOne(feedback).every(({ treatment }) => treatment === "ignore");
}

/** A review that asks for changes asks for something, whatever its words look like. */
function triageOne(feedback: Feedback): Triage {
  const { reviewId, body, verdict } = feedback;
  const threads = conversationsOf(feedback).map(({ thread, words }) => item(reviewId, thread, words));
  const items = [item(reviewId, null, body), ...threads];
  const isIdleYet = items.every(({ treatment }) => treatment === "ignore");
  if (verdict !== "changes_requested" || !isIdleYet) return items;
  return items.map((one) => (one.thread === null ? { ...one, treatment: "fix" } : one));
}

function item(reviewId: number, thread: number | null, words: string): TriageItem {
  return { reviewId, thread, treatment: TREATED[wordsKind(words)], reply: null };
}

export type Conversation = { thread: number; words: string; comments: Feedback["comments"] };

/** The line comments of a review by the conversations that they stand in. */
export function conversationsOf({ comments }: Pick<Feedback, "comments">): Conversation[] {
  const threads = Map.groupBy(comments, (comment) => comment.thread ?? comment.id);
  return [...threads].map(([thread, own]) => ({
    thread,
    words: own.map(({ body }) => body).join("\n\n"),
    comments: own,
  }));
}
