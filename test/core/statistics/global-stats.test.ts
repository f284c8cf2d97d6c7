import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { globalStats, type StatsGroup } from "../../../src/core/statistics/global-stats.ts";
import {
  type AttemptGroup,
  DIVISIONS,
  OUTCOMES,
  type RunGroup,
} from "../../../src/core/statistics/group-rows.ts";
import { spreadOf } from "../../../src/core/statistics/percentile.ts";
import { momentOf, parseSince } from "../../../src/core/statistics/since.ts";
import { runs } from "../../support/proof.ts";

const NOW = Date.parse("2026-03-02T00:00:00Z");

const key = fc.oneof(fc.constantFrom("a", "b", "a@1,b@2", "", null), fc.integer({ min: 1, max: 3_000 }));
const count = fc.nat({ max: 1_000 });
const anyAttempts: fc.Arbitrary<AttemptGroup> = fc.record({
  key,
  grade: fc.constantFrom("PASS", "RETRYABLE", "HUMAN_REVIEW"),
  reason: fc.constantFrom("runtime_success", "no_change", "flaky_tests"),
  attempts: count,
  tokens: count,
});
const anyRuns: fc.Arbitrary<RunGroup> = fc.record({
  key,
  outcome: fc.constantFrom(...OUTCOMES),
  ...{ runs: count, tried: count, passed: count, touches: count, cost: count, priced: count },
  toPr: fc.array(count, { maxLength: 4 }),
  toMerge: fc.array(count, { maxLength: 4 }),
});

/** Everything of a group that can be added up. */
function sums({ key: _, time_to_pr_ms: pr, time_to_merge_ms: merge, ...group }: StatsGroup): number[] {
  return [
    ...[group.runs, group.attempts, group.tokens, group.human_touches],
    ...Object.values(group.outcomes),
    ...["PASS", "RETRYABLE", "HUMAN_REVIEW"].map((grade) => group.grades[grade] ?? 0),
    ...["runtime_success", "no_change", "flaky_tests"].map(
      (reason) => group.reasons.find((each) => each.reason === reason)?.count ?? 0,
    ),
    ...[pr.samples, pr.total, merge.samples, merge.total],
  ];
}

test("totals are the sums of the groups, whatever divides them", () => {
  fc.assert(
    fc.property(
      fc.array(anyAttempts, { maxLength: 20 }),
      fc.array(anyRuns, { maxLength: 20 }),
      fc.constantFrom(...DIVISIONS),
      (attempts, rows, by) => {
        const weekly = <T extends { key: unknown }>(row: T) => ({ ...row, key: 2_900 });
        const given =
          by === "week" ? ([attempts.map(weekly), rows.map(weekly)] as const) : ([attempts, rows] as const);
        const { total, groups } = globalStats(
          { attempts: given[0], runs: given[1] },
          { now: NOW, since: 0, by },
        );
        const added = groups.map(sums).reduce(
          (a, b) => a.map((n, at) => n + (b[at] ?? 0)),
          sums(total).map(() => 0),
        );

        expect(added).toEqual(sums(total));
      },
    ),
    runs({ quick: 200, full: 5_000 }),
  );
});

test("a week is named by its Monday, and a set of skills by its members", () => {
  const of = (given: AttemptGroup["key"], by: "week" | "skill") =>
    globalStats(
      {
        attempts: [{ key: given, grade: "PASS", reason: "runtime_success", attempts: 1, tokens: 1 }],
        runs: [],
      },
      { now: NOW, since: 0, by },
    ).groups[0]?.key;
  const monday = Date.parse("2026-02-23T00:00:00Z");

  expect(of(Math.floor((monday + 3 * 86_400_000) / (7 * 86_400_000)), "week")).toBe("2026-02-23");
  expect(of("a@1.0.0,b@1.0.0", "skill")).toBe("a@1.0.0 + b@1.0.0");
  expect(of("", "skill")).toBe("none");
});

test.each([
  ["nothing", [], { samples: 0, p50: 0, p90: 0, max: 0, total: 0 }],
  ["one value", [7], { samples: 1, p50: 7, p90: 7, max: 7, total: 7 }],
  ["between two", [10, 20], { samples: 2, p50: 15, p90: 19, max: 20, total: 30 }],
  ["in any order", [5, 1, 3, 2, 4], { samples: 5, p50: 3, p90: 5, max: 5, total: 15 }],
])("percentiles of %s lie on the line between the nearest", (_title, values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});

test.each([
  ["36h", NOW - 36 * 3_600_000],
  ["7d", NOW - 7 * 86_400_000],
  ["4w", NOW - 28 * 86_400_000],
  ["2026-03-01", NOW - 86_400_000],
])("--since %s is a moment", (text, at) => {
  expect(momentOf(parseSince(text) ?? null, NOW)).toBe(at);
});

test.each(["", "7", "7y", "yesterday", "2026-13-01", "-3d"])("--since %s is none", (text) => {
  expect(parseSince(text)).toBeUndefined();
});
