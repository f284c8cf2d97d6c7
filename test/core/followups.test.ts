import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import type { JobRequest } from "../../src/core/job.ts";
import { reduce } from "../../src/core/reduce.ts";
import { type Run, STATES } from "../../src/core/run.ts";
import { EVENT_TYPES, SAMPLES } from "./sample-events.ts";
import { runIn, runWithPr } from "./sample-run.ts";

function jobs(run: Run, event: Event): JobRequest[] {
  const verdict = reduce(run, event);
  return verdict.kind === "refused" ? [] : verdict.jobs;
}

const kinds = (run: Run, event: Event) =>
  jobs(run, event)
    .map(({ kind }) => kind)
    .toSorted();

test.each<[string, Run, Event, string[]]>([
  ["a new run", runIn("QUEUED"), SAMPLES["run.created"], ["decide"]],
  ["a start", runIn("QUEUED"), SAMPLES["run.started"], ["decide", "report"]],
  ["an attempt that ended", runIn("EXECUTING"), SAMPLES["attempt.finished"], ["decide"]],
  ["an attempt that waits", runIn("EXECUTING"), SAMPLES["attempt.parked"], ["decide", "report"]],
  ["a change that is ready", runIn("EXECUTING"), SAMPLES["change.ready"], ["publish"]],
  ["a branch on GitHub", runIn("PUSHED"), SAMPLES["branch.published"], ["report"]],
  ["a confirmation", runIn("PUSHED"), SAMPLES["approval.confirmed"], ["open_pr"]],
  ["a confirmation of a push", runWithPr("PUSHED"), SAMPLES["approval.confirmed"], ["publish"]],
  ["a fix that waits for a person", runIn("ITERATING"), SAMPLES["change.ready"], ["publish"]],
  ["an approved push", runWithPr("PUSHED"), SAMPLES["change.published"], ["report", "sync"]],
  ["an opened pull request", runIn("PUSHED"), SAMPLES["pr.opened"], ["report", "sync"]],
  ["red checks", runIn("CI_WAIT"), SAMPLES["checks.failed"], ["decide", "report", "sync"]],
  ["a published fix", runIn("ITERATING"), SAMPLES["change.published"], ["report", "sync"]],
  ["a pause", runIn("EXECUTING"), SAMPLES["run.paused"], ["report"]],
  ["a second pause", runIn("PAUSED"), SAMPLES["run.paused"], []],
  ["a merge", runIn("REVIEW_WAIT"), SAMPLES["pr.merged"], ["report"]],
  ["something noted", runIn("EXECUTING"), SAMPLES["notice.sent"], []],
  ["a fact about nothing that moves", runIn("REVIEW_WAIT"), SAMPLES["checks.passed"], []],
])("%s asks for exactly what follows", (_title, run, event, expected) =>
  expect(kinds(run, event)).toEqual(expected),
);

test.each(STATES.filter((state) => state !== "PAUSED" && state !== "DONE" && state !== "FAILED"))(
  "leaving a pause for %s with an open pull request reads it anew",
  (pausedFrom) => {
    expect(kinds(runWithPr("PAUSED", { pausedFrom, attempts: 0 }), SAMPLES["human.resumed"])).toContain(
      "sync",
    );
  },
);

test("leaving a person's desk with an open pull request reads it anew", () => {
  expect(kinds(runWithPr("NEEDS_HUMAN"), SAMPLES["human.resumed"])).toContain("sync");
  expect(kinds(runWithPr("NEEDS_HUMAN"), SAMPLES["human.retried"])).toContain("sync");
});

test("from waiting for checks to waiting for reviews nothing is told, and from anywhere else it is", () => {
  expect(kinds(runIn("CI_WAIT"), SAMPLES["checks.passed"])).toEqual([]);
  expect(kinds(runIn("CI_WAIT"), SAMPLES["checks.preexisting"])).toEqual(["report"]);
  expect(kinds(runIn("CI_WAIT", { reason: "a suspected flake" }), SAMPLES["checks.passed"])).toEqual([
    "report",
  ]);
});

test("a head that we have just made is looked at when its checks may be believed", () => {
  const sync = jobs(runIn("ITERATING"), SAMPLES["change.published"]).find(({ kind }) => kind === "sync");

  expect(sync).toMatchObject({ payload: { newHead: true } });
});

test("a confirmation says which approval is to be opened", () => {
  const open = jobs(runIn("PUSHED"), SAMPLES["approval.confirmed"]).find(({ kind }) => kind === "open_pr");

  expect(open).toMatchObject({ payload: { approvalId: "approval_1" }, once: "ever" });
});

test("what only brings something up to date waits once; the rest is asked for once per event", () => {
  const everything = STATES.flatMap((state) =>
    EVENT_TYPES.flatMap((type) => jobs(runIn(state, { version: 41 }), SAMPLES[type])),
  );

  for (const { kind, key, once, runId } of everything) {
    const coalesced = ["report", "sync", "decide"].includes(kind);
    expect(once).toBe(coalesced ? "queued" : "ever");
    expect([`${kind}:${runId}:42`, `${kind}:${runId}:said:42`, `${kind}:${runId}`]).toContain(key);
    expect(key.endsWith(":42")).toBe(!coalesced);
  }
});
