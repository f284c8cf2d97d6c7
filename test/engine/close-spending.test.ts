import { expect, test } from "@jest/globals";
import type { Usage } from "../../src/core/evidence.ts";
import { NO_USAGE } from "../../src/core/evidence.ts";
import { finishAttempt, insertAttempt, saveProgress } from "../../src/database/attempts.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { insertRun } from "../../src/database/runs.ts";
import { insertReservation } from "../../src/database/spending.ts";
import { insertLift, readBooks } from "../../src/database/spending-books.ts";
import { closeLostSpending, closeSpending } from "../../src/engine/close-spending.ts";
import { sampleEvidence, sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, type Dialect, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const RUN = runIn("EXECUTING", { id: "run_1" });
const KEY = { runId: RUN.id, number: 1 };
const PRICE = { input: 2, cached_input: 1, output: 10 };
const used = (inputTokens: number, outputTokens: number): Usage => ({
  ...NO_USAGE,
  inputTokens,
  outputTokens,
});

/** A run whose first attempt was asked for, with 10,000 tokens and a cent reserved. */
async function reservedOn(dialect: Dialect): Promise<Database> {
  const database = await databases.open(dialect);
  await insertRun(database, database.knex, RUN);
  await insertReservation(database, database.knex, {
    ...KEY,
    repositoryId: 7,
    allowance: { tokens: 10_000, cost: 10_000, wall: null },
    price: PRICE,
  });
  return database;
}

/** A try of the attempt: the job's claim that carries it out. */
async function begin(database: Database, claimId: number): Promise<string> {
  const id = `attempt_${claimId}`;
  const row = { id, runId: RUN.id, number: 1, jobId: 9, claimId, runner: "r" };
  await insertAttempt(database, database.knex, row);
  return id;
}

const started = (database: Database, ago: number) =>
  database.knex("attempts").update({ started_at: database.knex.raw("? - ?", [database.now(), ago]) });

test.each(DIALECTS)("on %s the real figures of all tries take the reservation's place", async (dialect) => {
  const database = await reservedOn(dialect);
  const { knex } = database;
  const first = await begin(database, 1);
  await started(database, 60_000);
  await saveProgress(database, first, { stage: "codex", usage: used(1_000, 100) });
  const second = await begin(database, 2);
  const report = sampleReport({ evidence: sampleEvidence([], { usage: used(2_000, 50) }) });
  await finishAttempt(database, knex, second, report);

  await closeSpending(database, knex, KEY);

  const books = await readBooks(database, knex, RUN);
  expect(books.run).toMatchObject({ used: { tokens: 3_150, cost: 7_500 }, held: { tokens: 0, cost: 0 } });
  expect(books.run.used.wall).toBeGreaterThanOrEqual(60_000);
  expect(books.run.used.wall).toBeLessThan(90_000);
  expect(books.repository_day).toEqual(books.run);
  expect(books.day).toEqual(books.run);
});

test.each(DIALECTS)("on %s a report without figures that can be costs what was reserved", async (dialect) => {
  const database = await reservedOn(dialect);
  const id = await begin(database, 1);
  const evidence = sampleEvidence([], { usage: used(-5_000, 0) });
  await finishAttempt(database, database.knex, id, sampleReport({ evidence }));

  await closeSpending(database, database.knex, KEY);

  const { run } = await readBooks(database, database.knex, RUN);
  expect(run.used).toMatchObject({ tokens: 10_000, cost: 10_000 });
  expect(run.used.wall).toBeLessThan(60_000);
});

test.each(DIALECTS)("on %s what nobody will settle any more is closed, and nothing else", async (dialect) => {
  const world = testWorld(await reservedOn(dialect));
  const { database } = world;
  const { knex } = database;
  const job = { runId: RUN.id, payload: {}, once: "ever", mac: null } as const;
  await insertJob(database, knex, { ...job, kind: "attempt", key: "attempt:run_1:1" });

  const claim = await begin(database, 1);
  await finishAttempt(database, knex, claim, sampleReport());

  expect(await closeLostSpending(world)).toBe(0);
  await knex("jobs").update({ status: "done" });
  await insertJob(database, knex, { ...job, kind: "settle", key: "settle:attempt_1" });
  expect(await closeLostSpending(world, RUN.id)).toBe(0);
  await knex("jobs").update({ status: "dead" });
  expect(await closeLostSpending(world, "run_other")).toBe(0);
  expect(await closeLostSpending(world, RUN.id)).toBe(1);
  expect(await closeLostSpending(world)).toBe(0);

  // Its report was not believed, so neither is what it says was used.
  const { run } = await readBooks(database, knex, RUN);
  expect(run).toMatchObject({ used: { tokens: 10_000, cost: 10_000 }, held: { tokens: 0 } });
  expect(run.used.wall).toBeLessThan(60_000);
});

test.each(DIALECTS)("on %s an attempt that was set aside has spent what it last told of", async (dialect) => {
  const world = testWorld(await reservedOn(dialect));
  const { database } = world;
  await saveProgress(database, await begin(database, 1), { usage: used(700, 0) });

  expect(await closeLostSpending(world)).toBe(1);

  const { run } = await readBooks(database, database.knex, RUN);
  expect(run).toMatchObject({ used: { tokens: 700, cost: 1_400 }, held: { tokens: 0 } });
});

test.each(DIALECTS)("on %s another day, repository or run has books of its own", async (dialect) => {
  const database = await reservedOn(dialect);
  const { knex } = database;
  await insertLift(database, knex, { run: RUN, scope: "day", lift: { kind: "tokens", amount: 5 } });
  await insertLift(database, knex, { run: RUN, scope: "run", lift: { kind: "wall", amount: 6 } });
  const elsewhere = { id: "run_2", repositoryId: 8 };
  const neighbour = { id: "run_3", repositoryId: 7 };

  const [other, near] = [
    await readBooks(database, knex, elsewhere),
    await readBooks(database, knex, neighbour),
  ];
  database.setClockOffset(24 * 3_600_000);
  const tomorrow = await readBooks(database, knex, RUN);

  expect(other).toMatchObject({
    run: { held: { tokens: 0 }, lifted: { wall: 0 } },
    repository_day: { held: { tokens: 0 } },
    day: { held: { tokens: 10_000 }, lifted: { tokens: 5 } },
  });
  expect(near.repository_day.held.tokens).toBe(10_000);
  expect(tomorrow).toMatchObject({
    run: { held: { tokens: 10_000 }, lifted: { wall: 6 } },
    repository_day: { held: { tokens: 0 } },
    day: { held: { tokens: 0 }, lifted: { tokens: 0 } },
  });
});
