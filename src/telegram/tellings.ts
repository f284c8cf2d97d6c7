import type { Event } from "../core/event.ts";
import type { State } from "../core/run.ts";
import type { Notice } from "../database/notices.ts";
import type { News, StoredNotice } from "../database/told.ts";

/** Something that people are told unasked, once for its cause. */
export type Telling = {
  cause: string;
  priority: Notice["priority"];
  runId: string | null;
  text: string;
  by?: string;
};

type StateWords = { priority: Notice["priority"]; text: string };

/** States that somebody wants to hear of. */
const BY_STATE: { readonly [S in State]?: StateWords } = {
  PUSHED: { priority: "normal", text: "has a finished change that waits for a yes" },
  NEEDS_HUMAN: { priority: "high", text: "needs a person" },
  PAUSED: { priority: "high", text: "is paused" },
  DONE: { priority: "normal", text: "is done: its pull request was merged" },
  FAILED: { priority: "high", text: "is over" },
};

/** What the journal has to tell: moves into such states, and words from outside. */
export function tellingsOf(news: readonly News[]): Telling[] {
  return news.flatMap((each) => [...wordsFromOutside(each), ...moved(each)]);
}

function moved({ id, run_id: runId, event, from_state, to_state }: News): Telling[] {
  const words = from_state === to_state ? undefined : BY_STATE[to_state];
  if (words === undefined) return [];
  const reason = reasonOf(event);
  const text = reason === null ? words.text : `${words.text}: ${reason}`;
  return [{ cause: `journal:${id}`, priority: words.priority, runId, text }];
}

function reasonOf(event: Event): string | null {
  return "reason" in event && typeof event.reason === "string" ? event.reason : null;
}

function wordsFromOutside({ id, run_id: runId, event }: News): Telling[] {
  const text = outsideText(event);
  if (text === null) return [];
  const by = "by" in event && event.by !== null ? { by: event.by } : {};
  return [{ cause: causeOf(event) ?? `journal:${id}:said`, priority: "normal", runId, text, ...by }];
}

/** The same review and the same red head may be journaled more than once. */
function causeOf(event: Event): string | null {
  if (event.type === "checks.failed") return `checks:${event.sha}`;
  return event.type === "feedback.received" ? `review:${event.feedback.reviewId}` : null;
}

function outsideText(event: Event): string | null {
  if (event.type === "feedback.received") return `${event.feedback.author} says: ${event.feedback.body}`;
  if (event.type === "checks.failed")
    return `has red checks: ${event.failures.map(({ name }) => name).join(", ")}`;
  if (event.type === "approval.requested")
    return `is asked for by ${event.by}: its pull request waits for a confirmation`;
  if (event.type === "attempt.parked") return `is parked: ${event.reason}`;
  return event.type === "pr.opened" ? `has opened pull request #${event.number}` : null;
}

/** Notices that only repeat a move are left out: the journal has told of it. */
export function tellingsOfNotices(notices: readonly StoredNotice[]): Telling[] {
  return notices
    .filter(({ cause }) => !cause.startsWith("state:"))
    .map(({ cause, priority, runId, text }) => ({ cause: `notice:${cause}`, priority, runId, text }));
}

const RANKS = ["urgent", "high", "normal", "low"] as const;

/** The most urgent first, otherwise as it happened. */
export function byPriority(tellings: readonly Telling[]): Telling[] {
  const once = [...new Map(tellings.map((telling) => [telling.cause, telling])).values()];
  return once.toSorted((a, b) => RANKS.indexOf(a.priority) - RANKS.indexOf(b.priority));
}
