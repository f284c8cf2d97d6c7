import type { Event, Feedback } from "./event.ts";
import type { ManagerTriaged, ThreadTriage } from "./manager-events.ts";
import type { Answer } from "./manager-question.ts";

/** The words of the review itself, beside those at lines. */
export const REVIEW_THREAD = "review";

export type ThreadWords = { thread: string; path: string | null; line: number | null; words: string };

/** A review as threads: its own words, and one conversation for each line, named by its first comment. */
export function threadsOf({ body, comments }: Feedback): ThreadWords[] {
  const threads = new Map<string, ThreadWords>();
  if (body.trim() !== "")
    threads.set(REVIEW_THREAD, { thread: REVIEW_THREAD, path: null, line: null, words: body });
  for (const { id, path, line, body: words } of comments) {
    const place = `${line ?? ""}:${path}`;
    const known = threads.get(place);
    if (known === undefined) threads.set(place, { thread: String(id), path, line, words });
    else threads.set(place, { ...known, words: `${known.words}\n\n${words}` });
  }
  return [...threads.values()];
}

/** One answer for each thread of the review and for no other; what the model left out is mended. */
export function heedTriage(review: Feedback, answer: Answer<"triage_review">): ThreadTriage[] {
  return threadsOf(review).map(({ thread }) => {
    const said = answer.threads.find(({ id }) => id === thread);
    if (said === undefined)
      return { thread, action: "fix", reply: "", reason: "nothing was said about it, so it is mended" };
    const { action, reply, reason } = said;
    return { thread, action, reply, reason };
  });
}

/** Reviews that nobody has triaged yet, each once. */
export function untriaged(feedback: readonly Feedback[], events: readonly Event[]): Feedback[] {
  return feedback.filter(
    (review) => triageOf(events, review.reviewId) === null && threadsOf(review).length > 0,
  );
}

/** What was made of a review: its first triage counts. */
export function triageOf(events: readonly Event[], reviewId: number): ManagerTriaged | null {
  const found = events.find((event) => event.type === "manager.triaged" && event.reviewId === reviewId);
  return found?.type === "manager.triaged" ? found : null;
}

/** What the worker should know of it: threads that want no change. */
export function triageInstructions(events: readonly Event[], feedback: readonly Feedback[]): string[] {
  return feedback.flatMap((review) => {
    const calm = (triageOf(events, review.reviewId)?.threads ?? []).filter(({ action }) => action !== "fix");
    const places = new Map(threadsOf(review).map((each) => [each.thread, each]));
    return calm.flatMap(({ thread, action }) => {
      const place = places.get(thread);
      if (place === undefined) return [];
      const where =
        place.path === null ? "The review's own words" : `The thread at ${place.path}:${place.line ?? ""}`;
      return [
        `${where} ${action === "answer" ? "is answered in words" : "asks for nothing"}: change no code for it.`,
      ];
    });
  });
}
