import { expect, test } from "@jest/globals";
import { needsOf, type Waiting, type WaitingRun } from "../../src/core/need.ts";
import type { State } from "../../src/core/run.ts";

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const NOTHING: Waiting = {
  ...{ requested: [], standing: [], setAside: [], parked: [], runners: [], attemptsWaiting: 0, nowMs: NOW },
};

function run(id: string, state: State, changed: Partial<WaitingRun> = {}): WaitingRun {
  const fresh = {
    owner: "octo",
    repo: "widget",
    title: "Add a thing",
    reason: null,
    prNumber: null,
    since: NOW,
  };
  return { id, state, ...fresh, ...changed };
}

const RUNNER = {
  ...{
    id: "r1",
    name: "box",
    approved: true,
    publicKey: "k",
    approvedKey: "k",
    createdAt: 1,
    heartbeatAt: NOW,
  },
};

test.each([
  [
    "an expiring request",
    { requested: [{ ...run("a", "PUSHED"), expiresAt: NOW + 5, by: "ada" }] },
    "approval",
    "approve-open-pr a --confirm-token <code> --confirm",
  ],
  [
    "a question",
    { standing: [run("a", "NEEDS_HUMAN", { reason: "tests_weakened" })] },
    "question",
    'retry a --note "<decision>"',
  ],
  [
    "a budget",
    { standing: [run("a", "NEEDS_HUMAN", { reason: "budget: 3 of 3" })] },
    "budget",
    "retry a --budget <amount>",
  ],
  ["a paused run", { standing: [run("a", "PAUSED")] }, "paused", "resume a"],
  ["a held run", { standing: [run("a", "QUEUED", { reason: "held" })] }, "held", "resume a"],
  ["a finished change", { standing: [run("a", "PUSHED")] }, "ready", "request-open-pr a"],
  ["checks without an end", { standing: [run("a", "CI_WAIT")] }, "checks", "sync-github --run-id a"],
  [
    "work set aside",
    { setAside: [{ ...run("a", "PUSHED"), job: "publish", error: "no" }] },
    "set_aside",
    "retry a",
  ],
  [
    "a look set aside",
    { setAside: [{ ...run("a", "CI_WAIT"), job: "sync", error: null }] },
    "set_aside",
    "sync-github --run-id a",
  ],
  [
    "a parked run",
    { parked: [{ ...run("a", "EXECUTING"), until: NOW + 9, error: null }] },
    "parked",
    "explain a",
  ],
  [
    "a new runner",
    { runners: [{ ...RUNNER, approved: false, approvedKey: null }] },
    "runner",
    "runners approve r1",
  ],
  ["a runner with another key", { runners: [{ ...RUNNER, publicKey: "z" }] }, "runner", "runners approve r1"],
  ["a silent runner", { runners: [{ ...RUNNER, heartbeatAt: NOW - HOUR }] }, "runner", "runner"],
  ["attempts without a runner", { attemptsWaiting: 2 }, "runner", "runner"],
] as const)("%s wants a person, and there is one command for it", (_what, waiting, kind, command) => {
  expect(needsOf({ ...NOTHING, ...waiting })).toMatchObject([{ kind, command: `agentpr ${command}` }]);
});

test.each([
  ["a runner at work", { runners: [RUNNER], attemptsWaiting: 3 }],
  ["a runner that was taken away long ago", { runners: [{ ...RUNNER, heartbeatAt: NOW - 800 * HOUR }] }],
])("%s wants nobody", (_what, waiting) => expect(needsOf({ ...NOTHING, ...waiting })).toEqual([]));

test("what ends soonest goes first, then what has waited longest; a run stands there once", () => {
  const needs = needsOf({
    ...NOTHING,
    requested: [
      { ...run("late", "PUSHED"), expiresAt: NOW + 2 * HOUR, by: "ada" },
      { ...run("soon", "PUSHED"), expiresAt: NOW + HOUR, by: "ada" },
    ],
    standing: [
      run("paused", "PAUSED"),
      run("young", "NEEDS_HUMAN", { since: NOW - 1 }),
      run("old", "NEEDS_HUMAN", { since: NOW - HOUR }),
      run("soon", "PUSHED"),
    ],
    setAside: [{ ...run("late", "PUSHED"), job: "publish", error: "no" }],
  });

  expect(needs.map(({ runId, kind }) => `${runId} ${kind}`)).toEqual([
    "soon approval",
    "late approval",
    "old question",
    "young question",
    "paused paused",
  ]);
});

test("a change whose pull request is open waits for its push, and says so", () => {
  const standing = [run("a", "PUSHED", { prNumber: 12 })];
  expect(needsOf({ ...NOTHING, standing })).toMatchObject([
    { kind: "ready", why: "its push to the open pull request waits for approval" },
  ]);
});
