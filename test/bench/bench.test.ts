import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { benchDatabases } from "../../bench/databases.ts";
import { measureFloors } from "../../bench/floors.ts";
import { measureGrading } from "../../bench/grading.ts";
import { putManyRuns } from "../../bench/many-runs.ts";
import { percentiles } from "../../bench/percentiles.ts";
import { jsonOf, tableOf } from "../../bench/print.ts";
import { cpuSecondsOf, residentMegabytesOf } from "../../bench/process-facts.ts";
import { putJobs } from "../../bench/put-jobs.ts";
import { bestOf, type Goal, type Row, ratioOf, verdictOf } from "../../bench/row.ts";
import { commentPayload } from "../../bench/webhook-payload.ts";
import { startWorkerChild } from "../../bench/worker-child.ts";
import { connect } from "../../src/database/connect.ts";
import { readGlobalStats } from "../../src/reports/statistics.ts";
import { eventually } from "../support/world.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "agentpr-bench-test-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function row(value: number, goal: Goal | null, more: Partial<Row> = {}): Row {
  return {
    metric: "m",
    unit: "ms",
    measured: { p50: 1, p99: value },
    judged: "p99",
    goal,
    floor: null,
    ...more,
  };
}

test.each([
  ["at the goal", row(25, { atMost: 25 }), "meets"],
  ["beyond the goal", row(26, { atMost: 25 }), "does not meet"],
  ["a rate that is high enough", row(1_200, { atLeast: 1_000 }), "meets"],
  ["a rate that is too low", row(999, { atLeast: 1_000 }), "does not meet"],
  ["without a goal", row(1, null), "–"],
] as const)("%s the verdict is told, and nothing else", (_title, measured, verdict) => {
  expect(verdictOf(measured)).toBe(verdict);
});

test("the ratio says how far from the floor it is, for times and for rates", () => {
  expect(ratioOf(row(10, null, { floor: { what: "x", value: 4 } }))).toBe(2.5);
  expect(ratioOf(row(500, null, { unit: "/s", floor: { what: "x", value: 2_000 } }))).toBe(4);
  expect(ratioOf(row(1, null))).toBeNull();
});

test("percentiles are those of the nearest rank", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);

  expect(percentiles(values)).toEqual({ p50: 100, p95: 190, p99: 198 });
  expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
});

test("the best round is the one that cost least", () => {
  expect(bestOf([3, 1, 2], (cost) => cost)).toBe(1);
  expect(() => bestOf([], () => 0)).toThrow("no round");
});

test("the table has a line for every row, and the JSON its verdict", () => {
  const rows = [row(25, { atMost: 25 }, { floor: { what: "fsync", value: 5 } })];

  expect(tableOf(rows).split("\n").at(-1)).toBe(
    "| m      | p50/p99 1 / 25 ms | p99 ≤ 25 ms | 5 ms (fsync) | 5×    | meets   |",
  );
  expect(jsonOf(rows[0] ?? row(0, null))).toMatchObject({ value: 25, ratio: 5, verdict: "meets" });
});

test("the machine's floors are measured once each", async () => {
  const floors = measureFloors({ dir, quick: true });

  expect(floors.fsync()).toBe(floors.fsync());
  expect((await floors.fsync()).p50).toBeGreaterThan(0);
  expect((await floors.httpRoundTrip()).p50).toBeGreaterThan(0);
});

test("memory and CPU time of a process are read from the system", async () => {
  expect(await residentMegabytesOf(process.pid)).toBeGreaterThan(10);
  expect(await cpuSecondsOf(process.pid)).toBeGreaterThan(0);
});

test("the webhook's body is a new comment as GitHub sends it", () => {
  expect(JSON.parse(commentPayload())).toMatchObject({
    action: "created",
    comment: { id: expect.anything() },
  });
});

test("grading a large diff is measured", async () => {
  const bench = {
    quick: true,
    dir,
    databases: benchDatabases(dir),
    floors: measureFloors({ dir, quick: true }),
  };
  const [row] = await measureGrading(bench);

  expect(row).toMatchObject({ unit: "ms", goal: { atMost: 50 } });
  expect(row?.measured.p50).toBeGreaterThan(0);
  expect(row?.measured.p50).toBeLessThan(500);
});

test("a worker process carries out every job once and tells when", async () => {
  const url = await benchDatabases(dir).fresh("sqlite");
  const database = connect(url);
  await putJobs(database, 20);
  await database.close();
  const child = await startWorkerChild(url, 2);

  child.go();
  await eventually("all are done", async () => child.count() === 20);
  const seen = await child.stop();

  expect(new Set(seen.map(({ id }) => id)).size).toBe(20);
  expect(seen).toHaveLength(20);
});

test("the runs that statistics are measured over are runs as statistics know them", async () => {
  const database = connect(await benchDatabases(dir).fresh("sqlite"));
  await putManyRuns(database, { runs: 3, attemptsEach: 3 });

  const { total } = await readGlobalStats(database, { since: null, by: null });
  await database.close();

  expect(total).toMatchObject({
    runs: 3,
    attempts: 9,
    outcomes: { merged: 3 },
    human_touches: 6,
    cost_usd: 0.108,
  });
});
