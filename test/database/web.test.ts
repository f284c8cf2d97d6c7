import { expect, test } from "@jest/globals";
import { DAY_MS } from "../../src/core/amounts.ts";
import type { Run } from "../../src/core/run.ts";
import { type Database, readNow } from "../../src/database/connect.ts";
import {
  countByState,
  countEnded,
  listRepositories,
  listRunLines,
  type Scope,
  sumSpending,
} from "../../src/database/overview.ts";
import { oldestWaiting, readLanes } from "../../src/database/queue-facts.ts";
import { insertRun } from "../../src/database/runs.ts";
import {
  endWebSession,
  findWebSession,
  insertWebLink,
  insertWebSession,
  trimWeb,
  useWebLink,
} from "../../src/database/web-sessions.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const MINUTE_MS = 60_000;
const ALL: Scope = { all: true };

test.each(DIALECTS)(
  "on %s a session and a link last as long as they should, and a link is used once",
  async (dialect) => {
    const database = await databases.open(dialect);
    await insertWebSession(database, { kind: "github", login: "ada", tokenHash: "s", ttlMs: MINUTE_MS });
    await insertWebLink(database, { madeBy: "fred", tokenHash: "l", ttlMs: MINUTE_MS });
    const uses = await Promise.all(["l", "l", "l"].map((hash) => useWebLink(database, hash)));

    expect(await findWebSession(database, "s")).toEqual({ kind: "github", login: "ada" });
    expect(uses.filter((by) => by !== null)).toEqual(["fred"]);
    database.setClockOffset(2 * MINUTE_MS);
    expect(await findWebSession(database, "s")).toBeNull();
    await trimWeb(database);
    expect(await database.knex("web_sessions").select()).toEqual([]);
    expect(await database.knex("web_links").select()).toEqual([]);
  },
);

test.each(DIALECTS)("on %s a session that was ended is over", async (dialect) => {
  const database = await databases.open(dialect);
  await insertWebSession(database, { kind: "operator", login: "fred", tokenHash: "s", ttlMs: MINUTE_MS });
  await endWebSession(database.knex, "s");

  expect(await findWebSession(database, "s")).toBeNull();
});

async function fill(database: Database): Promise<void> {
  const runs: Partial<Run>[] = [
    { id: "run_1", state: "PUSHED", repositoryId: 1 },
    { id: "run_2", state: "DONE", repositoryId: 1, repo: "renamed" },
    { id: "run_3", state: "FAILED", repositoryId: 2, repo: "other" },
    { id: "run_4", state: "NEEDS_HUMAN", repositoryId: 3, mode: "fork", installationId: null },
  ];
  for (const more of runs) await insertRun(database, database.knex, { ...runIn("QUEUED"), ...more });
  const day = Math.floor((await readNow(database)) / DAY_MS);
  const spent = { number: 1, day, status: "settled", tokens: 10, cost: 20, wall: 30, created_at: 1 };
  await database.knex("spending").insert([
    { ...spent, run_id: "run_1", repository_id: 1 },
    { ...spent, run_id: "run_3", repository_id: 2 },
    { ...spent, run_id: "run_2", repository_id: 1, day: day - 30 },
  ]);
}

test.each(DIALECTS)(
  "on %s everybody is told of the runs of their own repositories alone",
  async (dialect) => {
    const database = await databases.open(dialect);
    await fill(database);
    const { knex } = database;
    const own: Scope = { all: false, repositoryIds: [1], forks: false };
    const none: Scope = { all: false, repositoryIds: [], forks: false };
    const forks: Scope = { all: false, repositoryIds: [], forks: true };
    const ids = async (scope: Scope) =>
      (await listRunLines(knex, { scope, limit: 10 })).map(({ id }) => id).toSorted();

    expect(await ids(ALL)).toEqual(["run_1", "run_2", "run_3", "run_4"]);
    expect(await ids(own)).toEqual(["run_1", "run_2"]);
    expect(await ids(forks)).toEqual(["run_4"]);
    expect(await ids(none)).toEqual([]);
    expect(await countByState(knex, own)).toEqual({ PUSHED: 1, DONE: 1 });
    expect(await countByState(knex, none)).toEqual({});
    expect(await countEnded(database, { scope: own, days: 14 })).toMatchObject([{ state: "DONE", count: 1 }]);
    expect(await sumSpending(database, { scope: own, days: 14 })).toMatchObject([{ tokens: 10, cost: 20 }]);
    expect(await sumSpending(database, { scope: ALL, days: 14 })).toMatchObject([{ tokens: 20, cost: 40 }]);
  },
);

test.each(DIALECTS)("on %s a repository is known once, whatever the number of its runs", async (dialect) => {
  const database = await databases.open(dialect);
  await fill(database);

  expect((await listRepositories(database.knex, 10)).map(({ repo }) => repo).toSorted()).toEqual([
    "other",
    "renamed",
  ]);
});

test.each(DIALECTS)("on %s lines come by when they moved last, whatever their state", async (dialect) => {
  const database = await databases.open(dialect);
  await fill(database);
  for (const [index, id] of ["run_4", "run_1"].entries())
    await database
      .knex("runs")
      .where({ id })
      .update({ updated_at: (index + 1) * 1e13 });
  const lines = await listRunLines(database.knex, { scope: ALL, limit: 1 });

  expect(lines.map(({ id }) => id)).toEqual(["run_1"]);
});

test.each(DIALECTS)("on %s the age of a queue is that of the oldest job that may run", async (dialect) => {
  const database = await databases.open(dialect);
  const world = testWorld(database);
  const job = { kind: "patrol", runId: null, payload: {}, once: "queued" } as const;
  await enqueue(world, database.knex, { ...job, key: "now" });
  await enqueue(world, database.knex, { ...job, key: "later", delayMs: 60 * MINUTE_MS });
  database.setClockOffset(5 * MINUTE_MS);
  const waited = await oldestWaiting(database, "app");

  expect(waited).toBeGreaterThanOrEqual(5 * MINUTE_MS);
  expect(waited).toBeLessThan(6 * MINUTE_MS);
  expect(await oldestWaiting(database, "runner")).toBeNull();
  expect(await readLanes(database)).toMatchObject([
    { lane: "app", queued: 2, leased: 0, dead: 0 },
    { lane: "runner", queued: 0, leased: 0, dead: 0, oldestMs: null },
    { lane: "telegram", queued: 0, leased: 0, dead: 0, oldestMs: null },
  ]);
});
