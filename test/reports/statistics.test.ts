import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { DIVISIONS } from "../../src/core/statistics/group-rows.ts";
import type { Database } from "../../src/database/connect.ts";
import { readBottlenecks, readGlobalStats } from "../../src/reports/statistics.ts";
import { HEAD, OTHER } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { runs } from "../support/proof.ts";
import { type Life, MINUTE, putLife, START } from "./statistics-set.ts";

const databases = testDatabases();
const PASS = { grade: "PASS", reason: "runtime_success" } as const;
const RED = { grade: "RETRYABLE", reason: "new_test_failures" } as const;
const LATE = START + 8 * 24 * 60 * MINUTE;

/** Five runs, small enough to count by hand. */
const LIVES: readonly Life[] = [
  {
    run: { id: "run_1", state: "DONE", repo: "widget", promptVersion: "v1" },
    at: START,
    tried: [
      { ...RED, model: "m1", tokens: 100, cost: 2_000_000, stages: { provision: 1_000, codex: 5_000 } },
      {
        ...PASS,
        model: "m2",
        tokens: 300,
        cost: 4_000_000,
        stages: { provision: 3_000, codex: 9_000, seal: 10 },
      },
    ],
    told: [
      { type: "run.started", at: START + MINUTE, to: "EXECUTING" },
      { type: "change.ready", at: START + 3 * MINUTE, to: "PUSHED" },
      { type: "approval.requested", at: START + 5 * MINUTE },
      { type: "approval.confirmed", at: START + 6 * MINUTE },
      { type: "pr.opened", at: START + 10 * MINUTE, to: "CI_WAIT" },
      { type: "checks.passed", at: START + 12 * MINUTE, to: "REVIEW_WAIT" },
      { type: "pr.merged", at: START + 40 * MINUTE, to: "DONE", sha: HEAD },
    ],
  },
  {
    run: { id: "run_2", state: "DONE", repo: "widget", promptVersion: "issue" },
    at: START + MINUTE,
    tried: [{ ...PASS, model: "m1", skills: ["b", "a"], tokens: 50 }],
    told: [
      { type: "pr.opened", at: START + 21 * MINUTE, to: "CI_WAIT" },
      { type: "pr.merged", at: START + 31 * MINUTE, to: "DONE", sha: OTHER },
    ],
  },
  {
    run: { id: "run_3", state: "FAILED", repo: "gadget", promptVersion: "v1", prNumber: 3 },
    at: START,
    tried: [PASS],
    told: [{ type: "pr.closed", at: START + MINUTE, to: "FAILED" }],
  },
  {
    run: {
      id: "run_4",
      state: "REVIEW_WAIT",
      repo: "gadget",
      promptVersion: "v1",
      prNumber: 4,
      prOpen: true,
    },
    at: START,
    tried: [],
    told: [{ type: "pr.opened", at: START + 2 * MINUTE, to: "REVIEW_WAIT" }],
  },
  {
    run: { id: "run_5", state: "NEEDS_HUMAN", repo: "gadget", promptVersion: "v1" },
    at: LATE,
    tried: [{ grade: "HUMAN_REVIEW", reason: "diff_budget_exceeded" }],
    told: [{ type: "human.retried", at: LATE }],
  },
];

async function withLives(database: Database): Promise<Database> {
  for (const life of LIVES) await putLife(database, life);
  return database;
}

test.each(DIALECTS)("on %s five runs come to what can be counted by hand", async (dialect) => {
  const database = await withLives(await databases.open(dialect));

  const { total, groups } = await readGlobalStats(database, { since: null, by: "repo" });

  expect(total).toMatchObject({
    ...{ runs: 5, attempts: 5, attempts_per_run: 1, tokens: 450, pass_rate_pct: 75 },
    grades: { PASS: 3, RETRYABLE: 1, HUMAN_REVIEW: 1 },
    reasons: [
      { reason: "runtime_success", count: 3 },
      { reason: "diff_budget_exceeded", count: 1 },
      { reason: "new_test_failures", count: 1 },
    ],
    outcomes: { merged: 1, merged_after_edits: 1, closed: 1, silent: 1, under_way: 1, given_up: 0, open: 0 },
    time_to_pr_ms: { samples: 3, p50: 10 * MINUTE, p90: 18 * MINUTE, max: 20 * MINUTE },
    time_to_merge_ms: { samples: 2, p50: 20 * MINUTE, max: 30 * MINUTE },
    ...{ cost_usd: 6, cost_per_merged_pr_usd: 3, human_touches: 3, human_touches_per_run: 0.6 },
  });
  expect(groups.map(({ key, runs: n, attempts, cost_usd }) => [key, n, attempts, cost_usd])).toEqual([
    ["octo/gadget", 3, 2, null],
    ["octo/widget", 2, 3, 6],
  ]);
});

test.each(DIALECTS)(
  "on %s they are divided by prompt, skill, model and week, and cut off in time",
  async (dialect) => {
    const database = await withLives(await databases.open(dialect));
    const by = async (what: (typeof DIVISIONS)[number]) =>
      (await readGlobalStats(database, { since: null, by: what })).groups.map(
        ({ key, runs: n, attempts }) => [...[key, n, attempts]],
      );

    expect(await by("prompt")).toEqual([
      ["v1", 4, 4],
      ["issue", 1, 1],
    ]);
    expect(await by("skill")).toEqual([
      ["none", 4, 4],
      ["a@1.0.0 + b@1.0.0", 1, 1],
    ]);
    expect(await by("model")).toEqual([
      ["none", 3, 2],
      ["m1", 1, 2],
      ["m2", 1, 1],
    ]);
    expect(await by("week")).toEqual([
      ["2026-03-02", 4, 4],
      ["2026-03-09", 1, 1],
    ]);
    expect((await readGlobalStats(database, { since: { at: LATE }, by: null })).total).toMatchObject({
      ...{ runs: 1, attempts: 1, pass_rate_pct: 0 },
    });
  },
);

test.each(DIALECTS)(
  "on %s the time of a run is told apart: working, and whom it waited for",
  async (dialect) => {
    const database = await databases.open(dialect);
    const [first] = LIVES;
    if (first) await putLife(database, first);

    const report = await readBottlenecks(database, { since: { at: START }, limit: 5 });
    const unlimited = await readBottlenecks(database, { since: null, limit: 5 });

    expect(unlimited).toMatchObject({ times: report.times, stages: report.stages });
    expect(Object.fromEntries(report.times.map(({ what, ms }) => [what, ms]))).toEqual({
      ...{ attempts: 18_010, "for a runner": 0, "between attempts": 2 * MINUTE - 18_010 },
      ...{
        "to begin": MINUTE,
        "for approval": 7 * MINUTE,
        "for checks": 2 * MINUTE,
        "for review": 28 * MINUTE,
      },
      ...{ "for a decision of a person": 0, paused: 0 },
    });
    expect(report.stages[0]).toEqual({
      ...{ stage: "codex", samples: 2, avg_ms: 7_000, p50_ms: 7_000, p90_ms: 8_600, max_ms: 9_000 },
      ...{ total_ms: 14_000, share_pct: 77.7 },
    });
    expect(report.stages.find(({ stage }) => stage === "verify")).toMatchObject({ samples: 0, max_ms: 0 });
    expect(report.slowest_runs).toMatchObject([
      {
        run_id: "run_1",
        attempts: 2,
        working_ms: 18_010,
        waiting_ms: 60 * MINUTE - 18_010,
        top_stage: "codex",
      },
    ]);
  },
);

test.each(DIALECTS)("on %s a database without runs has figures, too", async (dialect) => {
  const database = await databases.open(dialect);

  const { total } = await readGlobalStats(database, { since: null, by: "week" });
  const { stages, slowest_runs } = await readBottlenecks(database, { since: null, limit: 5 });

  expect(total).toMatchObject({ runs: 0, attempts: 0, pass_rate_pct: null, cost_usd: null });
  expect([stages.length, slowest_runs]).toEqual([5, []]);
});

const anyLife = fc.record({
  state: fc.constantFrom("DONE", "FAILED", "EXECUTING", "NEEDS_HUMAN"),
  repo: fc.constantFrom("a", "b"),
  promptVersion: fc.constantFrom("v1", "v2"),
  days: fc.nat({ max: 20 }),
  merged: fc.boolean(),
  tried: fc.array(
    fc.record({
      how: fc.constantFrom(PASS, RED),
      model: fc.constantFrom("m1", "m2"),
      skills: fc.subarray(["a", "b"]),
      tokens: fc.nat({ max: 100 }),
    }),
    { maxLength: 3 },
  ),
});

test("any runs count the same, whatever they are divided by", async () => {
  const database = await databases.open("sqlite");
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyLife, { minLength: 1, maxLength: 6 }), async (lives) => {
      for (const table of ["attempt_figures", "journal", "spending", "attempts", "runs"])
        await database.knex(table).del();
      for (const { state, repo, promptVersion, days, merged, tried } of lives) {
        made += 1;
        const at = START + days * 24 * 60 * MINUTE;
        await putLife(database, {
          run: { id: `run_${made}`, state, repo, promptVersion, repositoryId: 7 },
          at,
          tried: tried.map(({ how, ...more }) => ({ ...how, ...more })),
          told: merged ? [{ type: "pr.merged", at, to: "DONE", sha: HEAD }] : [],
        });
      }
      const attempts = lives.flatMap(({ tried }) => tried);
      for (const by of DIVISIONS) {
        const { total, groups } = await readGlobalStats(database, { since: null, by });
        const added = (of: (group: typeof total) => number) =>
          groups.reduce((sum, each) => sum + of(each), 0);

        expect(total).toMatchObject({ runs: lives.length, attempts: attempts.length });
        expect(total.tokens).toBe(attempts.reduce((sum, { tokens }) => sum + tokens, 0));
        expect(total.outcomes.merged).toBe(lives.filter(({ merged }) => merged).length);
        expect([added((g) => g.runs), added((g) => g.attempts), added((g) => g.tokens)]).toEqual([
          ...[total.runs, total.attempts, total.tokens],
        ]);
        expect(added((g) => g.outcomes.merged)).toBe(total.outcomes.merged);
        expect(added((g) => g.grades.PASS ?? 0)).toBe(total.grades.PASS);
      }
    }),
    runs({ quick: 6, full: 300 }),
  );
});
