import { expect, test } from "@jest/globals";
import { bottlenecksText } from "../../../src/cli/statistics/bottlenecks-text.ts";
import { statsText } from "../../../src/cli/statistics/stats-text.ts";
import { bar, tableLines } from "../../../src/cli/statistics/table.ts";
import { timeText } from "../../../src/cli/statistics/words.ts";
import { bottlenecks } from "../../../src/core/statistics/bottlenecks.ts";
import { globalStats } from "../../../src/core/statistics/global-stats.ts";
import type { RunGroup } from "../../../src/core/statistics/group-rows.ts";

const NOW = Date.parse("2026-03-02T00:00:00Z");
const HOUR = 3_600_000;

function runGroup(key: string, more: Partial<RunGroup>): RunGroup {
  return {
    ...{ key, outcome: "merged", runs: 1, tried: 1, passed: 1, touches: 2, cost: 500_000, priced: 1 },
    ...{ toPr: [HOUR], toMerge: [26 * HOUR], ...more },
  };
}

const STATS = globalStats(
  {
    attempts: [
      { key: "octo/widget", grade: "PASS", reason: "runtime_success", attempts: 3, tokens: 1_000 },
      { key: "octo/widget", grade: "RETRYABLE", reason: "new_test_failures", attempts: 1, tokens: 500 },
      {
        key: "a-long-owner/a-repository-with-a-long-name",
        grade: "PASS",
        reason: "runtime_success",
        attempts: 1,
        tokens: 9,
      },
    ],
    runs: [
      runGroup("octo/widget", { runs: 2, tried: 2, passed: 2, priced: 2 }),
      runGroup("a-long-owner/a-repository-with-a-long-name", {
        outcome: "closed",
        priced: 0,
        cost: 0,
        toMerge: [],
      }),
    ],
  },
  { now: NOW, since: NOW - 7 * 24 * HOUR, by: "repo" },
);

test("statistics on 80 columns", () => {
  expect(statsText(STATS, 80)).toBe(`\
3 runs with 5 attempts, since 2026-02-23 00:00 UTC
  pass rate              100 %
  attempts per run       1.67
  time to pull request   1h (p90 1h, 2 runs)
  from there to merge    1d 2h (p90 1d 2h, 1 runs)
  tokens                 1509
  cost                   $0.50
  cost per merged        $0.25
  human touches per run  1.33

grades
  PASS       4  80 %  ████████████████████
  RETRYABLE  1  20 %  █████

reasons
  runtime_success    4  80 %  ████████████████████
  new_test_failures  1  20 %  █████

outcomes
  merged  2  67 %  ████████████████████
  closed  1  33 %  ██████████

by repo
               runs  attempts  passed  merged  to PR   cost  per merged  touches
  octo/widget     2         4   100 %       2     1h  $0.50       $0.25        1
  a-long-own…     1         1   100 %       0     1h      –           –        2`);
});

test("statistics on 120 columns: names and bars have room", () => {
  expect(statsText(STATS, 120)).toBe(`\
3 runs with 5 attempts, since 2026-02-23 00:00 UTC
  pass rate              100 %
  attempts per run       1.67
  time to pull request   1h (p90 1h, 2 runs)
  from there to merge    1d 2h (p90 1d 2h, 1 runs)
  tokens                 1509
  cost                   $0.50
  cost per merged        $0.25
  human touches per run  1.33

grades
  PASS       4  80 %  ████████████████████████████████████████
  RETRYABLE  1  20 %  ██████████

reasons
  runtime_success    4  80 %  ████████████████████████████████████████
  new_test_failures  1  20 %  ██████████

outcomes
  merged  2  67 %  ████████████████████████████████████████
  closed  1  33 %  ████████████████████

by repo
                                              runs  attempts  passed  merged  to PR   cost  per merged  touches
  octo/widget                                    2         4   100 %       2     1h  $0.50       $0.25        1
  a-long-owner/a-repository-with-a-long-name     1         1   100 %       0     1h      –           –        2`);
});

const BOTTLENECKS = bottlenecks(
  {
    ...{ runs: 2, analysed: 1, attempts: 1, workingMs: 90_000, waitedMs: 400 },
    stages: { provision: [1_500], codex: [88_500] },
    slowest: [
      {
        ...{ runId: "run_1a2b3c4d5e6f", owner: "a-long-owner", repo: "a-repository", promptVersion: "v1" },
        ...{ state: "CI_WAIT", attempts: 1, workingMs: 90_000, wallMs: 2 * HOUR },
        stages: { provision: 1_500, codex: 88_500 },
      },
    ],
    states: [
      { state: "EXECUTING", ms: 100_000 },
      { state: "PUSHED", ms: HOUR },
    ],
  },
  { now: NOW, since: 0 },
);

test("bottlenecks on 80 columns", () => {
  expect(bottlenecksText(BOTTLENECKS, 80)).toBe(`\
2 runs, 1 of them with 1 attempts that ended, of all time

working and waiting
  waiting for approval          1h  97.3 %  ████████████████████
  working: attempts         1m 30s   2.4 %  ▌
  waiting between attempts    9.6s   0.3 %
  waiting for a runner        0.4s     0 %

stages of an attempt
             attempts  average     p50     p90     max   share
  codex             1   1m 28s  1m 28s  1m 28s  1m 28s  98.3 %
  provision         1     1.5s    1.5s    1.5s    1.5s   1.7 %
  candidate         0       0s      0s      0s      0s     0 %
  verify            0       0s      0s      0s      0s     0 %
  seal              0       0s      0s      0s      0s     0 %

slowest runs
  run               repo      state    attempts  working  waiting  longest stage
  run_1a2b3c4d5e6f  a-long-…  CI_WAIT         1   1m 30s   1h 58m  codex 1m 28s`);
});

test("bottlenecks on 120 columns", () => {
  expect(bottlenecksText(BOTTLENECKS, 120)).toBe(`\
2 runs, 1 of them with 1 attempts that ended, of all time

working and waiting
  waiting for approval          1h  97.3 %  ████████████████████████████████████████
  working: attempts         1m 30s   2.4 %  █
  waiting between attempts    9.6s   0.3 %  ▏
  waiting for a runner        0.4s     0 %

stages of an attempt
             attempts  average     p50     p90     max   share
  codex             1   1m 28s  1m 28s  1m 28s  1m 28s  98.3 %
  provision         1     1.5s    1.5s    1.5s    1.5s   1.7 %
  candidate         0       0s      0s      0s      0s     0 %
  verify            0       0s      0s      0s      0s     0 %
  seal              0       0s      0s      0s      0s     0 %

slowest runs
  run               repo                       state    attempts  working  waiting  longest stage
  run_1a2b3c4d5e6f  a-long-owner/a-repository  CI_WAIT         1   1m 30s   1h 58m  codex 1m 28s`);
});

test.each([
  [0, "0s"],
  [400, "0.4s"],
  [9_960, "10s"],
  [65_000, "1m 5s"],
  [3_600_000, "1h"],
  [90_000_000, "1d 1h"],
])("%d milliseconds are %s", (ms, text) => {
  expect(timeText(ms)).toBe(text);
});

test("bars are as long as their share, to an eighth", () => {
  expect([0, 0.5, 1, 2].map((share) => bar(share, 4))).toEqual(["", "██", "████", "████"]);
  expect(bar(0.1, 10)).toBe("█");
  expect(bar(1 / 16, 2)).toBe("▏");
});

test("nothing of a stranger's name steers the terminal", () => {
  expect(tableLines([{ head: "name" }], [["a\u001b[31mb"]], 80)).toEqual(["  name", "  a[31mb"]);
});
