import { expect, test } from "@jest/globals";
import { type CheckFact, type ChecksFacts, judgeChecks } from "../../src/core/checks.ts";

const HEAD_AT = Date.parse("2026-01-01T00:00:00Z");
const SHA = "a".repeat(40);

function check(name: string, state: CheckFact["state"], afterSeconds = 10): CheckFact {
  const changedAt = new Date(HEAD_AT + afterSeconds * 1_000).toISOString();
  return { source: "check_run", name, state, url: null, summary: "", annotations: [], changedAt };
}

function judge(facts: Partial<ChecksFacts>, afterSeconds: number) {
  return judgeChecks(
    { sha: SHA, checks: [], required: [], expected: false, ...facts },
    { nowMs: HEAD_AT + afterSeconds * 1_000, headSinceMs: HEAD_AT, settleMs: 60_000, graceMs: 120_000 },
  );
}

test.each<[string, Partial<ChecksFacts>, number, string]>([
  ["all passed and settled", { checks: [check("a", "passed"), check("b", "passed")] }, 70, "passed"],
  ["all passed a moment ago", { checks: [check("a", "passed")] }, 69, "wait"],
  ["one still runs", { checks: [check("a", "passed"), check("b", "pending")] }, 9_999, "wait"],
  ["one failed, one still runs", { checks: [check("a", "failed"), check("b", "pending")] }, 9_999, "wait"],
  ["one failed and settled", { checks: [check("a", "failed"), check("b", "passed")] }, 70, "failed"],
  ["one failed a moment ago", { checks: [check("a", "failed")] }, 30, "wait"],
  ["failed although something is held", { checks: [check("a", "failed"), check("b", "held")] }, 70, "failed"],
  ["held by a maintainer", { checks: [check("a", "passed"), check("b", "held")] }, 70, "held"],
  ["held while another runs", { checks: [check("a", "pending"), check("b", "held")] }, 70, "wait"],
  ["a required one is missing", { checks: [check("a", "passed")], required: ["b"] }, 9_999, "wait"],
  ["the required one passed", { checks: [check("b", "passed")], required: ["b"] }, 70, "passed"],
  [
    "a failure does not wait for a missing one",
    { checks: [check("a", "failed")], required: ["b"] },
    70,
    "failed",
  ],
  ["nothing yet, within the grace time", {}, 119, "wait"],
  ["nothing after the grace time", {}, 120, "absent"],
  ["nothing, but a required one", { required: ["b"] }, 9_999, "wait"],
  ["nothing, but workflows are expected", { expected: true }, 9_999, "wait"],
  [
    "a check that does not say when it changed",
    { checks: [{ ...check("a", "passed"), changedAt: "" }] },
    60,
    "passed",
  ],
])("%s", (_title, facts, after, kind) => expect(judge(facts, after).kind).toBe(kind));

test("says until when it waits, where time alone will end it", () => {
  expect(judge({ checks: [check("a", "passed")] }, 20)).toMatchObject({ untilMs: HEAD_AT + 70_000 });
  expect(judge({}, 20)).toMatchObject({ untilMs: HEAD_AT + 120_000 });
  expect(judge({ checks: [check("a", "pending")] }, 20)).toMatchObject({ untilMs: null });
});

test("a clock ahead of ours does not make us wait for ever", () => {
  expect(judge({ checks: [check("a", "passed", 86_400)] }, 20)).toMatchObject({ untilMs: HEAD_AT + 80_000 });
});

test("hands on what failed, and nothing else", () => {
  const checks = [check("a", "failed"), check("b", "passed"), check("c", "failed")];

  expect(judge({ checks }, 70).failures.map(({ name }) => name)).toEqual(["a", "c"]);
});

test("the fingerprint changes with the results alone", () => {
  const [a, b] = [check("a", "failed"), check("b", "passed")];
  const first = judge({ checks: [a, b] }, 70).fingerprint;

  expect(judge({ checks: [b, a] }, 900).fingerprint).toBe(first);
  expect(judge({ checks: [a, { ...b, changedAt: "2026-01-02T00:00:00Z" }] }, 70).fingerprint).not.toBe(first);
  expect(judge({ checks: [a] }, 70).fingerprint).not.toBe(first);
});
