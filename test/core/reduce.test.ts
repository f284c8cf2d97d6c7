import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import { reduce } from "../../src/core/reduce.ts";
import type { Run } from "../../src/core/run.ts";
import { failure, feedback, SAMPLES } from "./sample-events.ts";
import { HEAD, OTHER, runIn, runWithPr } from "./sample-run.ts";

/** What a story of events makes of a run; a refusal ends the test. */
function after(run: Run, ...events: Event[]): Run {
  return events.reduce((now, event) => {
    const verdict = reduce(now, event);
    if (verdict.kind === "refused") throw new Error(verdict.why);
    return verdict.run;
  }, run);
}

const failed = (sha: string): Event => ({ type: "checks.failed", sha, failures: [failure("unit")] });
const published = (sha: string, answers: number[] = []): Event => ({
  type: "change.published",
  changeId: `change_${sha[0]}`,
  sha,
  answers,
});
const finished = (grade: "PASS" | "RETRYABLE", threadId: string | null = null): Event => ({
  type: "attempt.finished",
  attempt: 1,
  grade,
  reason: "x",
  threadId,
});

test.each([
  "checks.passed",
  "checks.absent",
  "checks.preexisting",
  "checks.failed",
  "checks.restarted",
] as const)("%s about another head than the published one is noted and never moves", (type) => {
  for (const state of ["CI_WAIT", "REVIEW_WAIT", "ITERATING"] as const) {
    const verdict = reduce(runIn(state), { ...SAMPLES[type], sha: OTHER } as Event);
    expect(verdict).toMatchObject({ kind: "noted", run: { state, publishedSha: HEAD } });
  }
});

test("pause, pause, resume, pause: all work, and the run goes back to where it was", () => {
  const paused = after(runIn("REVIEW_WAIT"), SAMPLES["run.paused"], {
    ...SAMPLES["run.paused"],
    reason: "still lunch",
  });
  expect(paused).toMatchObject({ state: "PAUSED", pausedFrom: "REVIEW_WAIT", reason: "lunch" });

  const resumed = after(paused, SAMPLES["human.resumed"]);
  expect(resumed).toMatchObject({ state: "CI_WAIT", pausedFrom: null, reason: null });

  expect(after(resumed, SAMPLES["run.paused"])).toMatchObject({ state: "PAUSED", pausedFrom: "CI_WAIT" });
});

test("a second failing check is a second iteration", () => {
  const first = after(runIn("CI_WAIT"), failed(HEAD));
  expect(first).toMatchObject({ state: "ITERATING", iteratingFor: "checks", iterations: 1, ciFixes: 1 });

  const fixed = after(first, published(OTHER));
  expect(fixed).toMatchObject({ state: "CI_WAIT", publishedSha: OTHER, iteratingFor: null });

  const second = after(fixed, failed(HEAD), failed(OTHER));
  expect(second).toMatchObject({ state: "ITERATING", iterations: 2, ciFixes: 2 });
});

test("green checks end the iteration that red ones began, and the count of fixes", () => {
  const green = { type: "checks.passed", sha: HEAD } as const;
  const run = after(runIn("CI_WAIT"), failed(HEAD), green, green);

  expect(run).toMatchObject({ state: "REVIEW_WAIT", ciFixes: 0, iterations: 1 });
});

test.each([
  ["feedback", SAMPLES["feedback.received"]],
  ["base", SAMPLES["base.conflicted"]],
  ["human", SAMPLES["human.retried"]],
] as const)("green checks do not end an iteration for %s", (cause, event) => {
  const run = after(runIn("REVIEW_WAIT"), event, SAMPLES["checks.passed"]);

  expect(run).toMatchObject({ state: "ITERATING", iteratingFor: cause });
});

test("feedback that a published change has answered is not asked again, and new feedback is", () => {
  const answered = after(runIn("REVIEW_WAIT"), SAMPLES["feedback.received"], published(OTHER, [1]));
  expect(answered).toMatchObject({ state: "CI_WAIT", answered: [1] });

  expect(after(answered, SAMPLES["feedback.received"])).toMatchObject({ state: "CI_WAIT" });
  const again = after(answered, { type: "feedback.received", feedback: feedback(2) });
  expect(again).toMatchObject({ state: "ITERATING", iteratingFor: "feedback" });
});

test("feedback that needed no change is answered all the same", () => {
  const run = after(runIn("REVIEW_WAIT"), SAMPLES["feedback.received"], SAMPLES["feedback.answered"]);

  expect(run).toMatchObject({ state: "CI_WAIT", answered: [1], publishedSha: HEAD });
});

test("a change of another attempt does not take the run to approval", () => {
  const stale: Event = { type: "change.ready", changeId: "change_0", sha: OTHER };

  expect(after(runIn("EXECUTING"), stale)).toMatchObject({ state: "EXECUTING", changeId: "change_1" });
});

test("a merge is the end, whatever the run was doing, and nothing leads out of it", () => {
  for (const state of [
    "PUSHED",
    "CI_WAIT",
    "REVIEW_WAIT",
    "ITERATING",
    "NEEDS_HUMAN",
    "PAUSED",
    "FAILED",
  ] as const) {
    const merged = after(runWithPr(state), SAMPLES["pr.merged"]);
    expect(merged).toMatchObject({ state: "DONE", prOpen: false, pausedFrom: null });
    expect(after(merged, SAMPLES["pr.closed"], SAMPLES["pr.reopened"], failed(HEAD))).toMatchObject({
      state: "DONE",
      prOpen: false,
    });
  }
});

test("a closed pull request fails the run with its reason, and opening it again brings the run back", () => {
  const closed = after(runIn("ITERATING"), SAMPLES["pr.closed"]);
  expect(closed).toMatchObject({ state: "FAILED", reason: "pr_closed", prOpen: false });
  expect(reduce(closed, SAMPLES["human.retried"])).toMatchObject({ kind: "refused" });

  expect(after(closed, SAMPLES["pr.reopened"])).toMatchObject({
    state: "CI_WAIT",
    prOpen: true,
    reason: null,
  });
});

test.each([
  [null, "cancelled"],
  ["not wanted any more", "not wanted any more"],
])("a run cancelled with reason %j is FAILED with reason %j", (reason, kept) => {
  expect(after(runIn("EXECUTING"), { type: "human.cancelled", by: "ada", reason })).toMatchObject({
    state: "FAILED",
    reason: kept,
  });
});

test("a reason is kept until the state changes", () => {
  const asked = after(runIn("EXECUTING"), SAMPLES["run.escalated"], {
    ...SAMPLES["run.escalated"],
    reason: "and another thing",
  });
  expect(asked).toMatchObject({ state: "NEEDS_HUMAN", reason: "look at it" });

  expect(after(asked, SAMPLES["human.resumed"]).reason).toBeNull();
});

test("a pull request that opens while the run is back at work becomes what the work goes on", () => {
  const sentBack = after(runIn("PUSHED"), SAMPLES["human.retried"]);
  const opened = after(sentBack, SAMPLES["pr.opened"]);

  expect(opened).toMatchObject({ state: "ITERATING", iteratingFor: "human", prNumber: 12, prOpen: true });
});

test("attempts are counted, those in a row until one passes or a person steps in", () => {
  const twice = after(
    runIn("EXECUTING", { attempts: 0 }),
    finished("RETRYABLE", "t1"),
    finished("RETRYABLE"),
  );
  expect(twice).toMatchObject({ attempts: 2, failedInRow: 2, threadId: "t1" });

  expect(after(twice, finished("PASS", "t2"))).toMatchObject({ attempts: 3, failedInRow: 0, threadId: "t2" });
  const helped = after(twice, SAMPLES["run.escalated"], SAMPLES["human.retried"]);
  expect(helped).toMatchObject({ attempts: 2, failedInRow: 0 });
});

test("held workflows are the reason for waiting until none is held, on the present head alone", () => {
  const held = { ...SAMPLES["checks.held"], names: ["CI", "Docs"] };
  const waiting = runWithPr("CI_WAIT");

  const said = after(waiting, held);
  expect(said).toMatchObject({ reason: "a maintainer must let the workflows run: CI, Docs" });
  expect(after(said, { ...held, names: [] })).toMatchObject({ reason: null, state: "CI_WAIT" });
  expect(after(said, { ...held, names: [], sha: OTHER })).toMatchObject({ reason: said.reason });
});

test("a held run says so until someone begins it", () => {
  const held = after(runIn("QUEUED"), { type: "run.created", by: "ada", held: true });
  expect(held).toMatchObject({ state: "QUEUED", reason: expect.stringContaining("held") });

  expect(after(held, SAMPLES["run.started"])).toMatchObject({ state: "EXECUTING", reason: null });
});

test("every change of state begins an epoch, and nothing else does", () => {
  const run = runIn("CI_WAIT");

  expect(after(run, SAMPLES["notice.sent"])).toMatchObject({ epoch: run.epoch, version: run.version + 1 });
  expect(after(run, SAMPLES["checks.passed"])).toMatchObject({
    epoch: run.epoch + 1,
    version: run.version + 1,
  });
});
