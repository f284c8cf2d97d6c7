import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import type { JobKind } from "../../src/core/job.ts";
import { readNow } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { readJournal } from "../../src/database/journal.ts";
import { findRun } from "../../src/database/runs.ts";
import { advance, advanceIn, beginRun } from "../../src/engine/advance.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { isJobSigned } from "../../src/engine/sign.ts";
import type { World } from "../../src/engine/world.ts";
import { SAMPLES } from "../core/sample-events.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

async function begun(world: World, id = "run_1", held = false) {
  const { state, ...run } = runIn("QUEUED", { id });
  return world.database.transaction((trx) => beginRun(world, trx, { run, by: "ada", held, cause: "asked" }));
}

const kinds = async ({ database }: World) => (await listJobs(database.knex, {})).map(({ kind }) => kind);

test.each(DIALECTS)("on %s a run begins QUEUED, journaled, and with its first decision", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const run = await begun(world);

  expect(run).toMatchObject({ state: "QUEUED", version: 1, reason: null });
  expect(await readJournal(world.database.knex, "run_1")).toMatchObject([
    { cause: "asked", event: { type: "run.created", by: "ada", held: false } },
  ]);
  expect(await kinds(world)).toEqual(["decide"]);
});

test.each(DIALECTS)(
  "on %s one event writes state, journal and jobs; its cause again writes nothing",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    await begun(world);
    const start = { runId: "run_1", event: SAMPLES["run.started"], cause: "job:1:1" };

    expect(await advance(world, start)).toMatchObject({
      kind: "moved",
      run: { state: "EXECUTING", version: 2 },
    });
    expect(await advance(world, start)).toMatchObject({
      kind: "duplicate",
      run: { state: "EXECUTING", version: 2 },
    });
    expect(await advance(world, { ...start, event: SAMPLES["run.paused"] })).toMatchObject({
      kind: "duplicate",
    });

    expect(await findRun(world.database.knex, "run_1")).toMatchObject({
      state: "EXECUTING",
      version: 2,
      epoch: 1,
    });
    expect(await readJournal(world.database.knex, "run_1")).toMatchObject([
      { fromState: "QUEUED", toState: "QUEUED" },
      { fromState: "QUEUED", toState: "EXECUTING", cause: "job:1:1" },
    ]);
    expect((await kinds(world)).toSorted()).toEqual(["decide", "report"]);
  },
);

test.each(DIALECTS)(
  "on %s a refused request leaves no trace, and its cause may be used again",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const before = await begun(world);
    const retry = { runId: "run_1", event: SAMPLES["human.retried"], cause: "click" };

    expect(await advance(world, retry)).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("QUEUED"),
    });
    expect(await findRun(world.database.knex, "run_1")).toMatchObject({ version: before.version });
    expect(await readJournal(world.database.knex, "run_1")).toHaveLength(1);

    await advance(world, { ...retry, event: SAMPLES["run.escalated"], cause: "other" });
    expect(await advance(world, retry)).toMatchObject({ kind: "moved" });
  },
);

test.each(DIALECTS)("on %s nothing of it stays when the surrounding transaction fails", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  await begun(world);

  const failing = world.database.transaction(async (trx) => {
    await advanceIn(world, trx, { runId: "run_1", event: SAMPLES["run.started"], cause: "c" });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");

  expect(await findRun(world.database.knex, "run_1")).toMatchObject({ state: "QUEUED", version: 1 });
  expect(await readJournal(world.database.knex, "run_1")).toHaveLength(1);
  expect(await kinds(world)).toEqual(["decide"]);
  expect(await advance(world, { runId: "run_1", event: SAMPLES["run.started"], cause: "c" })).toMatchObject({
    kind: "moved",
  });
});

test.each(DIALECTS)("on %s what is no event, or about no run, is not written", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  await begun(world);
  const wrong = { ...SAMPLES["checks.passed"], sha: "main" } as Event;

  await expect(advance(world, { runId: "run_1", event: wrong, cause: "c" })).rejects.toThrow();
  expect(await advance(world, { runId: "run_2", event: SAMPLES["run.started"], cause: "c" })).toEqual({
    kind: "unknown_run",
  });
  expect(await readJournal(world.database.knex, "run_1")).toHaveLength(1);
});

test.each(DIALECTS)(
  "on %s writers at once lose nothing: each event has a version of its own",
  async (dialect) => {
    const url = await databases.fresh(dialect);
    const key = testWorld(databases.connect(url)).key;
    const worlds = [1, 2, 3, 4].map(() => testWorld(databases.connect(url), { key }));
    const [world] = worlds as [World];
    await begun(world);

    const happenings = Array.from({ length: 40 }, (_, at) => ({
      runId: "run_1",
      event: SAMPLES["notice.sent"],
      cause: `c${at % 20}`,
    }));
    const ended = await Promise.all(happenings.map((one, at) => advance(worlds[at % 4] as World, one)));

    const versions = ended.flatMap((end) => (end.kind === "noted" ? [end.run.version] : []));
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
    expect(await findRun(world.database.knex, "run_1")).toMatchObject({ version: 21 });
  },
);

test.each(DIALECTS)(
  "on %s the time since which a run is in its state moves with the state alone",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const { database } = world;
    await begun(world);
    await advance(world, { runId: "run_1", event: SAMPLES["run.started"], cause: "a" });
    const since = (await findRun(database.knex, "run_1"))?.stateSince;

    database.setClockOffset(60_000);
    await advance(world, { runId: "run_1", event: SAMPLES["notice.sent"], cause: "b" });
    expect((await findRun(database.knex, "run_1"))?.stateSince).toBe(since);

    await advance(world, { runId: "run_1", event: SAMPLES["run.paused"], cause: "c" });
    const now = await readNow(database);
    expect(now - ((await findRun(database.knex, "run_1"))?.stateSince ?? 0)).toBeLessThan(10_000);
  },
);

test.each(DIALECTS)("on %s every job that follows carries the signature it needs", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  await begun(world);
  const story: Event[] = [
    SAMPLES["run.started"],
    SAMPLES["change.sealed"],
    SAMPLES["change.ready"],
    SAMPLES["pr.opened"],
  ];
  for (const [at, event] of story.entries()) await advance(world, { runId: "run_1", event, cause: `c${at}` });

  const jobs = await listJobs(world.database.knex, {});
  expect(new Set(jobs.map(({ kind }) => kind))).toEqual(new Set(["decide", "report", "publish", "sync"]));
  for (const job of jobs) expect(world.key !== null && isJobSigned(world.key, job)).toBe(true);
});

test("a process without the key can move no run, and ask for nothing that is signed", async () => {
  const url = await databases.fresh("sqlite");
  const app = testWorld(databases.connect(url));
  const runner = testWorld(databases.connect(url), { key: null });
  await begun(app);

  const started = advance(runner, { runId: "run_1", event: SAMPLES["run.started"], cause: "c" });
  await expect(started).rejects.toThrow("This process cannot ask for that job");
  expect(await findRun(app.database.knex, "run_1")).toMatchObject({ state: "QUEUED", version: 1 });
  for (const kind of ["decide", "publish", "open_pr", "attempt"] satisfies JobKind[]) {
    const asked = runner.database.transaction((trx) =>
      enqueue(runner, trx, { kind, runId: "run_1", payload: {}, key: kind, once: "ever" }),
    );
    await expect(asked).rejects.toThrow("This process cannot ask for that job");
  }
});
