import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import { eventWords, sourceOf } from "../../src/core/event-source.ts";
import { readProgress } from "../../src/core/told-progress.ts";

const SHA = "a".repeat(40);

test.each<[string, Event, string]>([
  ["a person's order", { type: "human.resumed", by: "ada", target: null }, "ada"],
  ["a merge, by whomever", { type: "pr.merged", by: "ada", sha: SHA }, "GitHub"],
  ["checks", { type: "checks.passed", sha: SHA }, "GitHub"],
  ["the end of an attempt", { type: "attempt.parked", attempt: 1, reason: "limit", until: 5 }, "rules"],
  [
    "an attempt's grade",
    { type: "attempt.finished", attempt: 1, grade: "PASS", reason: "runtime_success", threadId: null },
    "runner",
  ],
  ["a second chance", { type: "manager.retried", reason: "flaky" }, "manager"],
  ["a decision by rules", { type: "run.escalated", reason: "budget" }, "rules"],
])("%s comes from whoever decided it", (_what, event, source) => expect(sourceOf(event)).toBe(source));

test("an event is told in one line", () => {
  expect(eventWords({ type: "change.published", changeId: "c1", sha: SHA, answers: [1] })).toBe(
    `changeId c1, sha ${SHA.slice(0, 12)}`,
  );
});

test("progress in unknown words is none", () => {
  expect(readProgress({ commands: "many" })).toEqual({ commands: 0, commandRunning: null, usage: {} });
});
