import type { Event, Feedback } from "./event.ts";
import type { ManagerTriaged, ThreadTriage } from "./manager-events.ts";
import type { Answer } from "./manager-question.ts";
import { conversationsOf, type Triage, type TriageItem, triageByRules } from "./triage.ts";

/** The words of the review itself, beside those at lines. */
export const REVIEW_THREAD = "review";

export type ThreadWords = { thread: string; path: string | null; line: number | null; words: string };

/** A review as a model is asked about it: its own words, if there are any, and its conversations. */
export function threadsOf(review: Feedback): ThreadWords[] {
  const { body } = review;
  const own = { thread: REVIEW_THREAD, path: null, line: null, words: body };
  const threads = conversationsOf(review).map(({ thread, words, comments: [first] }) => ({
    ...{ thread: nameOf(thread), path: first?.path ?? null, line: first?.line ?? null, words },
  }));
  return body.trim() === "" ? threads : [own, ...threads];
}

/** What the model said of the review's own threads, of each once; what it left out is left to the rules. */
export function heedTriage(review: Feedback, answer: Answer<"triage_review">): ThreadTriage[] {
  return threadsOf(review).flatMap(({ thread }) => {
    const said = answer.threads.find(({ id }) => id === thread);
    if (said === undefined) return [];
    const { action, reply, reason } = said;
    return [{ thread, action, reply, reason }];
  });
}

/** Reviews that no model has been asked about yet. */
export function untriaged(feedback: readonly Feedback[], events: readonly Event[]): Feedback[] {
  return feedback.filter(
    (review) => triagedIn(events, review.reviewId) === null && threadsOf(review).length > 0,
  );
}

/** How reviews are sorted: by the journaled words of a model, and by the rules where it said nothing. */
export function triageOfReviews(feedback: readonly Feedback[], events: readonly Event[]): Triage {
  return feedback.flatMap((review) =>
    sorted(triageByRules([review]), triagedIn(events, review.reviewId)?.threads ?? []),
  );
}

/** A review comes here because it asks for something: a model that would ignore all of it is not heard. */
function sorted(byRules: Triage, said: readonly ThreadTriage[]): Triage {
  const byModel = byRules.map((item) => heeded(item, said));
  return byModel.every(({ treatment }) => treatment === "ignore") ? byRules : byModel;
}

function heeded(item: TriageItem, said: readonly ThreadTriage[]): TriageItem {
  const found = said.find(({ thread }) => thread === nameOf(item.thread));
  if (found === undefined) return item;
  const reply = found.reply.trim();
  return { ...item, treatment: found.action, reply: reply === "" ? null : reply };
}

function nameOf(thread: number | null): string {
  return thread === null ? REVIEW_THREAD : String(thread);
}

/** What was made of a review: its first triage counts. */
function triagedIn(events: readonly Event[], reviewId: number): ManagerTriaged | null {
  const found = events.find((event) => event.type === "manager.triaged" && event.reviewId === reviewId);
  return found?.type === "manager.triaged" ? found : null;
}
