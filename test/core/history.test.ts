import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import { type Happened, readDemands, readHistory } from "../../src/core/history.ts";
import type { State } from "../../src/core/run.ts";
import { failure, feedback, SAMPLES } from "./sample-events.ts";
import { HEAD, OTHER } from "./sample-run.ts";

function noted(event: Event, state: State = "EXECUTING"): Happened {
  return { event, fromState: state, toState: state };
}

function moved(event: Event, fromState: State, toState: State): Happened {
  return { event, fromState, toState };
}

const requested = (attempt: number) => noted({ type: "attempt.requested", attempt });
const finished = (attempt: number, grade: "PASS" | "RETRYABLE" | "HUMAN_REVIEW" = "PASS") =>
  noted({ type: "attempt.finished", attempt, grade, reason: "x", threadId: null });
const parked = (until: number) => noted({ type: "attempt.parked", attempt: 1, reason: "limit", until });

test("a run of which nothing was asked has no verdict", () => {
  expect(readHistory([])).toEqual({ verdict: null, requested: 0, parkedUntil: null });
});

test("the newest attempt's end is the verdict", () => {
  const history = readHistory([requested(1), finished(1, "RETRYABLE"), requested(2), finished(2)]);

  expect(history).toMatchObject({ requested: 2, verdict: { attempt: 2, grade: "PASS" } });
});

test("an attempt that has not ended has no verdict, and the one before it is no more asked", () => {
  expect(readHistory([requested(1), finished(1), requested(2)])).toMatchObject({
    requested: 2,
    verdict: null,
  });
});

test.each<[string, Happened]>([
  ["a retry", moved(SAMPLES["human.retried"], "PUSHED", "EXECUTING")],
  ["a retry by the rules", moved(SAMPLES["manager.retried"], "FAILED", "EXECUTING")],
  ["a rejected approval", moved(SAMPLES["approval.rejected"], "PUSHED", "EXECUTING")],
  ["a change that went stale", moved(SAMPLES["change.stale"], "PUSHED", "EXECUTING")],
  ["red checks", moved(SAMPLES["checks.failed"], "CI_WAIT", "ITERATING")],
  ["feedback", moved(SAMPLES["feedback.received"], "REVIEW_WAIT", "ITERATING")],
  ["a base that must be taken in", moved(SAMPLES["base.outdated"], "REVIEW_WAIT", "ITERATING")],
  ["a conflict", moved(SAMPLES["base.conflicted"], "CI_WAIT", "ITERATING")],
  ["a person who leads it on", moved(SAMPLES["human.resumed"], "NEEDS_HUMAN", "EXECUTING")],
])("an attempt requested before %s has not answered it", (_title, demand) => {
  expect(readHistory([requested(1), finished(1), demand]).verdict).toBeNull();
  expect(readHistory([requested(1), demand, finished(1)]).verdict).toBeNull();
  expect(readHistory([requested(1), demand, requested(2), finished(2)]).verdict).toMatchObject({
    attempt: 2,
  });
});

test.each<[string, Happened]>([
  ["red checks that moved nothing", noted(SAMPLES["checks.failed"], "PUSHED")],
  ["feedback while one is being answered", noted(SAMPLES["feedback.received"], "ITERATING")],
  ["a pause and its end", moved(SAMPLES["human.resumed"], "PAUSED", "EXECUTING")],
  ["green checks", moved(SAMPLES["checks.passed"], "CI_WAIT", "REVIEW_WAIT")],
])("an attempt's verdict outlives %s", (_title, entry) => {
  expect(readHistory([requested(1), finished(1), entry]).verdict).toMatchObject({ grade: "PASS" });
});

test("a parked attempt says until when, and its end says no more", () => {
  expect(readHistory([requested(1), parked(5_000)]).parkedUntil).toBe(5_000);
  expect(readHistory([requested(1), parked(5_000), parked(7_000)]).parkedUntil).toBe(7_000);
  expect(readHistory([requested(1), parked(5_000), finished(1)]).parkedUntil).toBeNull();
  expect(readHistory([requested(1), parked(5_000), requested(2)]).parkedUntil).toBeNull();
});

const RUN = { answered: [] as number[], publishedSha: HEAD };
const red = (sha: string, name: string): Event => ({ type: "checks.failed", sha, failures: [failure(name)] });

test("the newest failures of the published head are demanded, and no others", () => {
  const events = [red(HEAD, "unit"), red(OTHER, "old"), red(HEAD, "lint"), red(OTHER, "older")];

  expect(readDemands(events, RUN).failures.map(({ name }) => name)).toEqual(["lint"]);
});

test("what a published change has answered is demanded no more", () => {
  const events = [
    red(HEAD, "unit"),
    { ...SAMPLES["human.retried"], note: "be brief" },
    SAMPLES["change.published"],
  ];

  expect(readDemands(events, RUN)).toEqual({
    failures: [],
    feedback: [],
    instructions: [],
    baseMoved: false,
  });
});

test("feedback is demanded until it is answered, in its first words", () => {
  const said = (id: number, body: string): Event => ({
    type: "feedback.received",
    feedback: feedback(id, body),
  });
  const events = [said(1, "rename it"), said(2, "test it"), SAMPLES["change.published"], said(2, "EDITED")];

  expect(readDemands(events, { ...RUN, answered: [1] }).feedback).toEqual([feedback(2, "test it")]);
});

test("instructions come from everyone who asked for more, in order", () => {
  const events: Event[] = [
    { ...SAMPLES["human.retried"], note: "keep the old name" },
    SAMPLES["human.retried"],
    SAMPLES["approval.rejected"],
    SAMPLES["change.stale"],
    SAMPLES["base.conflicted"],
    SAMPLES["manager.retried"],
  ];

  expect(readDemands(events, RUN)).toMatchObject({
    instructions: ["keep the old name", "The pull request was not approved: too big", "worth another try"],
    baseMoved: true,
  });
});
