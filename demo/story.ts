import type { Event, EventType } from "../src/core/event.ts";
import type { Entry } from "../src/database/journal.ts";

type Tell = { [E in EventType]?: (event: Extract<Event, { type: E }>) => [string, string] };

/** How the journal's events read in the timeline; those that are not here only show as a change of state. */
const TELL: Tell = {
  "run.created": ({ by }) => ["QUEUED", `for ${by}`],
  "attempt.requested": ({ attempt }) => ["attempt requested", `number ${attempt}`],
  "attempt.finished": ({ attempt, grade, reason }) => [grade, `attempt ${attempt}: ${reason}`],
  "attempt.parked": ({ reason }) => ["attempt parked", reason],
  "change.sealed": ({ sha }) => ["change sealed", sha.slice(0, 12)],
  "branch.published": ({ sha }) => ["branch published", sha.slice(0, 12)],
  "change.published": ({ sha }) => ["fix published", sha.slice(0, 12)],
  "approval.requested": ({ by }) => ["PR requested", `by ${by}`],
  "approval.confirmed": ({ by }) => ["PR confirmed", `by ${by}`],
  "pr.opened": ({ number, url }) => ["PR opened", `#${number} ${url}`],
  "pr.merged": ({ by }) => ["merged", `by ${by ?? "somebody"}`],
  "checks.failed": ({ failures }) => ["CI red", failures.map(({ name }) => name).join(", ")],
  "checks.passed": () => ["CI green", ""],
  "feedback.received": ({ feedback }) => [
    "changes requested",
    `by ${feedback.author}: ${feedback.body.slice(0, 80)}`,
  ],
  "feedback.approved": ({ by }) => ["approved", `by ${by}`],
  "run.escalated": ({ reason }) => ["escalated", reason],
  "publish.failed": ({ reason }) => ["publishing failed", reason],
  "pr.open_failed": ({ reason }) => ["opening failed", reason],
};

/** A journal entry as lines of the timeline: what happened, and the state it led to. */
export function tell({ event, fromState, toState }: Entry): [what: string, detail: string][] {
  const teller = TELL[event.type] as ((event: Event) => [string, string]) | undefined;
  const happened = teller ? [teller(event)] : [];
  const moved: [string, string][] = fromState === toState ? [] : [[toState, teller ? "" : event.type]];
  return [...happened, ...moved];
}
