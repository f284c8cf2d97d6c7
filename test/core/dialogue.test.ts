import { expect, test } from "@jest/globals";
import { isAnswered, readAsked, readDialogue, unsaid } from "../../src/core/dialogue.ts";
import type { Event } from "../../src/core/event.ts";
import type { Happened } from "../../src/core/history.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/core/policy.ts";
import { reduce } from "../../src/core/reduce.ts";
import type { Run } from "../../src/core/run.ts";
import { failure, feedback, SAMPLES } from "./sample-events.ts";
import { HEAD, runIn } from "./sample-run.ts";

const ASKING: Policy = { ...DEFAULT_POLICY, feedback_wait_minutes: 10 };
const WAITING = runIn("REVIEW_WAIT", { id: "run_talk" });

/** What becomes of a run that waits for its reviewers, with its journal. */
function after(...events: Event[]): { run: Run; entries: Happened[] } {
  let run = WAITING;
  const entries = events.map((event): Happened => {
    const verdict = reduce(run, event);
    if (verdict.kind === "refused") throw new Error(verdict.why);
    const entry = { event, fromState: run.state, toState: verdict.run.state };
    run = verdict.run;
    return entry;
  });
  return { run: { ...run, stateSince: 1_000 }, entries };
}

const SAID: Event = { type: "feedback.received", feedback: feedback(7) };
const RED: Event = { type: "checks.failed", sha: HEAD, failures: [failure("ci")] };
const PAUSED: Event = { type: "run.paused", by: "ada", reason: "left to a person" };
const ANSWERED: Event = { ...SAMPLES["human.answered"], answers: [7] };

test.each<[string, Event[], Policy, number | null]>([
  ["a review is asked about", [SAID], ASKING, 601_000],
  ["red checks are asked about", [RED], ASKING, 601_000],
  ["nobody is asked where policy does not wait", [SAID], DEFAULT_POLICY, null],
  ["nobody is asked about a moved base", [SAMPLES["base.conflicted"]], ASKING, null],
  ["a person who wants more work need not be asked", [SAMPLES["human.retried"]], ASKING, null],
  ["whoever agreed is not asked again", [SAID, SAMPLES["human.agreed"]], ASKING, null],
  ["an attempt that has begun is an answer", [SAID, SAMPLES["attempt.requested"]], ASKING, null],
  ["a word about an earlier review is none about this one", [SAMPLES["human.agreed"], SAID], ASKING, 601_000],
  ["a run that somebody holds asks nothing", [SAID, PAUSED], ASKING, null],
  ["resuming it is the answer", [SAID, PAUSED, SAMPLES["human.resumed"]], ASKING, null],
])("%s", (_title, events, policy, until) => {
  const { run, entries } = after(...events);

  expect(readAsked(entries, run, policy)).toBe(until);
});

test.each<[string, number, Policy["feedback_silence"], string | null]>([
  ["before the time is over it is waited for", 600_999, "fix", "wait"],
  ["then the manager goes on", 601_000, "fix", null],
  ["or the run is left to people", 601_000, "leave", "pause"],
])("%s", (_title, nowMs, feedback_silence, kind) => {
  const facts = { askedUntil: 601_000, policy: { ...ASKING, feedback_silence }, nowMs };

  expect(unsaid(facts)?.kind ?? null).toBe(kind);
});

test("a dialogue holds what was said, what the rules would do, and until when somebody may speak", () => {
  const { run, entries } = after(SAID);

  expect(readDialogue(entries, run, ASKING)).toMatchObject({
    feedback: [{ reviewId: 7 }],
    triage: [{ reviewId: 7, treatment: "fix" }],
    askedUntil: 601_000,
  });
  expect(readDialogue(entries, { ...run, prOpen: false }, ASKING)).toBeNull();
});

test("a review that a person answers is over, and takes the run back to its checks", () => {
  const { run, entries } = after(SAID, ANSWERED);

  expect(run).toMatchObject({ state: "CI_WAIT", answered: [7] });
  expect(readDialogue(entries, run, ASKING)).toBeNull();
});

test.each<[string, Event[], boolean]>([
  ["answered while it was held: nothing is left to do", [SAID, PAUSED, ANSWERED], true],
  ["not answered yet", [SAID, PAUSED], false],
  ["another review is left", [SAID, PAUSED, { ...ANSWERED, answers: [8] }], false],
  ["checks are red as well", [SAID, RED, PAUSED, ANSWERED], false],
  ["a person had asked for more work", [SAMPLES["human.retried"], PAUSED, ANSWERED], false],
])("%s", (_title, events, isOver) => {
  const { run, entries } = after(...events);

  expect(isAnswered(entries, run)).toBe(isOver);
});
