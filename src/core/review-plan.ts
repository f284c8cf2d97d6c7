import type { Feedback } from "./event.ts";
import type { PacketFeedback, ReviewThread } from "./packet.ts";
import { asksSomething } from "./review-words.ts";
import { conversationsOf, type Triage, type TriageItem } from "./triage.ts";

/** What of the reviews goes into a packet, each part with what is to be done about it. */
export type ReviewPlan = {
  feedback: PacketFeedback[];
  threads: ReviewThread[];
  /** There are questions and nothing else: no change is wanted. */
  questionsOnly: boolean;
};

/**
 * Reviews and somebody's triage of them → what the worker is told and what is answered later. What the triage does not
 * mention is work; what is ignored without a draft of an answer is left out.
 */
export function planReviews(feedback: readonly Feedback[], triage: Triage): ReviewPlan {
  const verdicts = new Map(triage.map((item) => [keyOf(item.reviewId, item.thread), item]));
  const bodies = feedback.map(({ comments: _comments, ...review }) => ({
    ...review,
    ...treated(verdicts.get(keyOf(review.reviewId, null))),
  }));
  const threads = feedback.flatMap((review) => threadsOf(review, verdicts));
  const wanted = [...bodies, ...threads].map(({ treatment }) => treatment);
  return {
    feedback: bodies,
    threads: threads.filter(({ treatment, draft }) => treatment !== "ignore" || draft !== null),
    questionsOnly: wanted.includes("answer") && !wanted.includes("fix"),
  };
}

function threadsOf(review: Feedback, verdicts: ReadonlyMap<string, TriageItem>): ReviewThread[] {
  const { reviewId, author, permission, submittedAt } = review;
  return conversationsOf(review).flatMap(({ thread, words, comments }) => {
    const [first] = comments;
    if (first === undefined) return [];
    const { path, line, lines = null } = first;
    const said = comments.map(({ body }) => ({ author, permission, at: submittedAt, body }));
    const place = { reviewId, thread, path, line, lines, asks: asksSomething(words) };
    return [{ ...place, ...treated(verdicts.get(keyOf(reviewId, thread))), comments: said }];
  });
}

function treated(item: TriageItem | undefined): Pick<ReviewThread, "treatment" | "draft"> {
  return { treatment: item?.treatment ?? "fix", draft: item?.reply ?? null };
}

function keyOf(reviewId: number, thread: number | null): string {
  return `${reviewId}:${thread ?? ""}`;
}
