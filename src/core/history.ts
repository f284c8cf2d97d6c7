import type { CheckFailure, Event, EventType, Feedback } from "./event.ts";
import type { State } from "./run.ts";

/** A journal entry, as far as the core needs it. */
export type Happened = { event: Event; fromState: State; toState: State };

/** Events that ask for new work when they move a run: an attempt requested before one of them has not answered it. */
const DEMANDS: ReadonlySet<EventType> = new Set([
  "human.retried",
  "manager.retried",
  "approval.rejected",
  "change.stale",
  "checks.failed",
  "feedback.received",
  "base.conflicted",
  "base.outdated",
]);

type Finished = Extract<Event, { type: "attempt.finished" }>;

/** What a run's journal says about its attempts, oldest entry first in, pure facts out. */
export type History = {
  /** The newest attempt that ended, if nothing has asked for more since it was requested. */
  verdict: Finished | null;
  requested: number;
  parkedUntil: number | null;
};

export function readHistory(entries: readonly Happened[]): History {
  const asked = entries.findLastIndex(({ event }) => event.type === "attempt.requested");
  const since = asked === -1 ? [] : entries.slice(asked);
  const events = since.map(({ event }) => event);
  const verdict = events.findLast((event): event is Finished => event.type === "attempt.finished") ?? null;
  const parked = events.findLast((event) => event.type === "attempt.parked");
  return {
    verdict: since.some(isDemand) ? null : verdict,
    requested: entries.filter(({ event }) => event.type === "attempt.requested").length,
    parkedUntil: parked?.type === "attempt.parked" && verdict === null ? parked.until : null,
  };
}

function isDemand({ event, fromState, toState }: Happened): boolean {
  if (fromState === toState) return false;
  return DEMANDS.has(event.type) || (event.type === "human.resumed" && fromState === "NEEDS_HUMAN");
}

/** What the next attempt must answer: everything asked for since the last attempt whose change was used. */
export type Demands = {
  failures: CheckFailure[];
  feedback: Feedback[];
  instructions: string[];
  /** The base has moved under the change, which is to be put onto the newest one. */
  baseMoved: boolean;
};

export function readDemands(
  events: readonly Event[],
  run: { answered: readonly number[]; publishedSha: string | null },
): Demands {
  const settled = events.findLastIndex(
    (event) => event.type === "change.published" || event.type === "pr.opened",
  );
  const since = events.slice(settled + 1);
  const failed = since.findLast((event) => event.type === "checks.failed" && event.sha === run.publishedSha);
  return {
    failures: failed?.type === "checks.failed" ? failed.failures : [],
    feedback: unanswered(events, run.answered),
    instructions: since.flatMap(instructionOf),
    baseMoved: since.some(({ type }) => BASE_MOVES.has(type)),
  };
}

const BASE_MOVES: ReadonlySet<EventType> = new Set(["change.stale", "base.conflicted", "base.outdated"]);

/** One entry per review, the first words kept: later edits do not count. */
function unanswered(events: readonly Event[], answered: readonly number[]): Feedback[] {
  const byReview = new Map<number, Feedback>();
  for (const event of events) {
    if (event.type !== "feedback.received" || answered.includes(event.feedback.reviewId)) continue;
    if (!byReview.has(event.feedback.reviewId)) byReview.set(event.feedback.reviewId, event.feedback);
  }
  return [...byReview.values()];
}

function instructionOf(event: Event): string[] {
  if (event.type === "human.retried" && event.note) return [event.note];
  if (event.type === "approval.rejected") return [`The pull request was not approved: ${event.reason}`];
  if (event.type === "manager.retried") return [event.reason];
  return [];
}
