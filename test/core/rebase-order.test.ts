import { expect, test } from "@jest/globals";
import type { Demands } from "../../src/core/history.ts";
import { rebaseOrder } from "../../src/core/rebase-order.ts";
import { failure, feedback } from "./sample-events.ts";
import { sampleReport } from "./sample-report.ts";

const MOVED: Demands = { failures: [], feedback: [], instructions: [], baseMoved: true };
const order = (prOpen: boolean, demands: Partial<Demands> = {}, reports = [sampleReport()]) =>
  rebaseOrder({ run: { prOpen }, demands: { ...MOVED, ...demands }, reports });

test("under review the base is merged, before that the change is made anew", () => {
  expect(order(true)).toMatchObject({ how: "merge", codex: false });
  expect(order(false)).toMatchObject({ how: "remake", codex: false });
});

const REBASE = { how: "merge" as const, codex: false, conflicts: [], unresolved: [] };
const tried = (grade: "PASS" | "RETRYABLE") => {
  const report = sampleReport();
  const evidence = { ...report.evidence, rebase: REBASE };
  return { ...report, evidence, grade: { ...report.grade, grade } };
};

test.each([
  ["a check is to be mended as well", order(true, { failures: [failure("ci")] }), true],
  ["a review is to be answered as well", order(true, { feedback: [feedback(1)] }), true],
  ["somebody left a note", order(true, { instructions: ["mind the API"] }), true],
  ["git alone has been tried and did not pass", order(true, {}, [tried("RETRYABLE")]), true],
  ["git alone has been tried and passed", order(true, {}, [tried("PASS")]), false],
])("%s: with Codex is %s", (_title, { codex }, expected) => expect(codex).toBe(expected));
