import { expect, test } from "@jest/globals";
import { Event, type EventType } from "../../src/core/event.ts";
import { reduce } from "../../src/core/reduce.ts";
import { type Run, STATES, type State } from "../../src/core/run.ts";
import { accepted, isRequest, LEGACY_STATES, parseState, tableMove } from "../../src/core/transitions.ts";
import { EVENT_TYPES, SAMPLES } from "./sample-events.ts";
import { runIn, runWithPr } from "./sample-run.ts";

type Moves = Partial<Record<EventType, State>>;

/** The life of a run as it was designed, written out once more so that a slip in the table is seen. */
const DESIGNED: Record<State, Moves> = {
  QUEUED: { "run.started": "EXECUTING" },
  EXECUTING: {
    "change.ready": "PUSHED",
    "pr.opened": "ITERATING",
    "attempt.failed": "FAILED",
    "attempts.exhausted": "NEEDS_HUMAN",
    "publish.failed": "NEEDS_HUMAN",
  },
  PUSHED: {
    "pr.opened": "CI_WAIT",
    "change.published": "CI_WAIT",
    "approval.rejected": "EXECUTING",
    "human.retried": "EXECUTING",
    "change.stale": "EXECUTING",
    "pr.open_failed": "NEEDS_HUMAN",
    "publish.failed": "NEEDS_HUMAN",
  },
  CI_WAIT: {
    "checks.passed": "REVIEW_WAIT",
    "checks.absent": "REVIEW_WAIT",
    "checks.preexisting": "REVIEW_WAIT",
    "checks.failed": "ITERATING",
    "feedback.received": "ITERATING",
    "base.conflicted": "ITERATING",
    "human.retried": "ITERATING",
  },
  REVIEW_WAIT: {
    "checks.failed": "ITERATING",
    "feedback.received": "ITERATING",
    "base.conflicted": "ITERATING",
    "base.outdated": "ITERATING",
    "human.retried": "ITERATING",
    "checks.restarted": "CI_WAIT",
  },
  ITERATING: {
    "change.ready": "PUSHED",
    "change.published": "CI_WAIT",
    "feedback.answered": "CI_WAIT",
    "human.answered": "CI_WAIT",
    "checks.passed": "CI_WAIT",
    "attempt.failed": "NEEDS_HUMAN",
    "attempts.exhausted": "NEEDS_HUMAN",
    "publish.failed": "NEEDS_HUMAN",
  },
  NEEDS_HUMAN: { "human.retried": "EXECUTING", "human.resumed": "EXECUTING", "human.finished": "DONE" },
  PAUSED: { "human.resumed": "EXECUTING" },
  FAILED: { "human.retried": "EXECUTING", "manager.retried": "EXECUTING" },
  DONE: {},
};

const ANY_OPEN: Moves = {
  "run.escalated": "NEEDS_HUMAN",
  "run.paused": "PAUSED",
  "human.cancelled": "FAILED",
};
const ANY_WITH_PR: Moves = { "pr.merged": "DONE", "pr.closed": "FAILED" };

/** With an open pull request, work goes on by iterating, and a closed one may come back. */
const DESIGNED_WITH_PR: Partial<Record<State, Moves>> = {
  PUSHED: {
    ...DESIGNED.PUSHED,
    "approval.rejected": "ITERATING",
    "human.retried": "ITERATING",
    "change.stale": "ITERATING",
  },
  PAUSED: { "human.resumed": "ITERATING" },
  NEEDS_HUMAN: { "human.retried": "ITERATING", "human.resumed": "ITERATING", "human.finished": "DONE" },
  FAILED: { "human.retried": "ITERATING", "manager.retried": "ITERATING", "pr.reopened": "CI_WAIT" },
};

const HAS_PR: readonly State[] = ["CI_WAIT", "REVIEW_WAIT", "ITERATING", "DONE"];

function designed(run: Run): Moves {
  const own = run.prOpen ? (DESIGNED_WITH_PR[run.state] ?? DESIGNED[run.state]) : DESIGNED[run.state];
  const open = run.state === "DONE" || run.state === "FAILED" ? {} : ANY_OPEN;
  const withPr = run.prNumber !== null && run.state !== "DONE" ? ANY_WITH_PR : {};
  return { ...withPr, ...open, ...own };
}

/** A cell's outcome in words: the state it moves to, or that it is noted, or refused. */
function cell(run: Run, type: EventType): string {
  const verdict = reduce(run, SAMPLES[type]);
  return verdict.kind === "moved" ? verdict.run.state : verdict.kind;
}

function expectedCell(run: Run, type: EventType): string {
  return designed(run)[type] ?? (isRequest(type) ? "refused" : "noted");
}

test.each(STATES)("a %s run takes every event as it was designed", (state) => {
  const expecting = (run: Run) => EVENT_TYPES.map((type) => [type, expectedCell(run, type)]);
  const taken = (run: Run) => EVENT_TYPES.map((type) => [type, cell(run, type)]);

  const runs = HAS_PR.includes(state) ? [runIn(state)] : [runIn(state), runWithPr(state)];
  for (const run of runs) expect(taken(run)).toEqual(expecting(run));
});

test.each(STATES)("a refusal of a %s run names all that it accepts", (state) => {
  const run = runIn(state);
  const refusals = EVENT_TYPES.map((type) => reduce(run, SAMPLES[type])).filter(
    (verdict) => verdict.kind === "refused",
  );

  for (const { why } of refusals) {
    expect(why).toContain(`a ${state} run cannot take`);
    for (const type of accepted(run)) expect(why).toContain(type);
  }
});

test("a DONE run says that it accepts nothing", () => {
  const verdict = reduce(runIn("DONE"), SAMPLES["human.retried"]);

  expect(verdict).toEqual({
    kind: "refused",
    why: "a DONE run cannot take human.retried; it accepts: nothing",
  });
});

test("the samples are events, and all of them", () => {
  for (const type of EVENT_TYPES) expect(Event.parse(SAMPLES[type])).toEqual(SAMPLES[type]);
  expect(EVENT_TYPES).toHaveLength(Event.options.length);
});

test("what the table moves is what it says it accepts", () => {
  for (const state of STATES)
    for (const run of [runIn(state), runWithPr(state)]) {
      const moving = EVENT_TYPES.filter((type) => tableMove(run, type) !== null);
      expect(accepted(run).toSorted()).toEqual(moving.toSorted());
    }
});

test.each<[string, State | null]>([
  ["EXECUTING", "EXECUTING"],
  [" executing ", "EXECUTING"],
  ["ci-wait", "CI_WAIT"],
  ["Needs_Human", "NEEDS_HUMAN"],
  ["NEEDS_HUMAN_REVIEW", "NEEDS_HUMAN"],
  ["needs-human-review", "NEEDS_HUMAN"],
  ["DISCOVERY", "EXECUTING"],
  ["plan_ready", "EXECUTING"],
  ["IMPLEMENTING", "EXECUTING"],
  ["LOCAL_VALIDATING", "EXECUTING"],
  ["FAILED_RETRYABLE", "FAILED"],
  ["FAILED_TERMINAL", "FAILED"],
  ["SKIPPED", "FAILED"],
  ["", null],
  ["constructor", null],
  ["__proto__", null],
  ["EXECUTE", null],
])("the name %j is %s", (text, state) => expect(parseState(text)).toBe(state));

test("every legacy name leads to a state there is", () => {
  for (const state of Object.values(LEGACY_STATES)) expect(STATES).toContain(state);
});
