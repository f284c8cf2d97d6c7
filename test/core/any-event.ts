import fc from "fast-check";
import type { Event, EventType } from "../../src/core/event.ts";
import { STATES } from "../../src/core/run.ts";
import { EVENT_TYPES, feedback, SAMPLES } from "./sample-events.ts";
import { HEAD, OTHER } from "./sample-run.ts";

const CHANGES = [
  { changeId: "change_1", sha: HEAD },
  { changeId: "change_2", sha: OTHER },
];
const target = fc.constantFrom(null, ...STATES);

/** Kinds whose details decide something; all others come as their sample. */
const VARIED: { readonly [E in EventType]?: fc.Arbitrary<Event> } = {
  "change.sealed": fc.constantFrom(
    ...CHANGES.map((change) => ({ type: "change.sealed" as const, ...change })),
  ),
  "change.ready": fc.constantFrom(...CHANGES.map((change) => ({ type: "change.ready" as const, ...change }))),
  "change.published": fc.constantFrom(
    ...CHANGES.map((change) => ({ type: "change.published" as const, ...change, answers: [1] })),
  ),
  "feedback.received": fc.constantFrom(
    ...[1, 2, 3].map((id) => ({ type: "feedback.received" as const, feedback: feedback(id) })),
  ),
  "human.resumed": target.map((to) => ({ ...SAMPLES["human.resumed"], target: to })),
  "human.retried": target.map((to) => ({ ...SAMPLES["human.retried"], target: to })),
  "checks.passed": fc.constantFrom(...factAbout("checks.passed")),
  "checks.failed": fc.constantFrom(...factAbout("checks.failed")),
};

/** Any kind equally often. */
export const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  ...EVENT_TYPES.map((type) => VARIED[type] ?? fc.constant<Event>(SAMPLES[type])),
);

/** The same fact about the published head and about another one. */
export function factAbout(type: "checks.passed" | "checks.failed" | "checks.restarted"): Event[] {
  return [HEAD, OTHER].map((sha) => ({ ...SAMPLES[type], sha }) as Event);
}
