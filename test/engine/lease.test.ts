import { spawn } from "node:child_process";
import { hostname } from "node:os";
import { afterEach, expect, test } from "@jest/globals";
import type { JobRequest } from "../../src/core/job.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { claimJob } from "../../src/database/jobs.ts";
import { insertNotice, listNotices } from "../../src/database/notices.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { holdLease } from "../../src/engine/lease.ts";
import { type Handlers, startWorker, type Worker } from "../../src/engine/worker.ts";
import { isDeadHere, workerName } from "../../src/engine/worker-name.ts";
import type { World } from "../../src/engine/world.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { eventually, testWorld } from "../support/world.ts";

const databases = testDatabases();
const started: Worker[] = [];
afterEach(() => Promise.all(started.splice(0).map((worker) => worker.stop())));

const ORDER = { lane: "app", worker: "w", leaseMs: 30_000, repositoryCap: 2 } as const;
const forever = new AbortController().signal;

async function put(world: World, ...requests: Partial<JobRequest>[]): Promise<void> {
  await world.database.transaction(async (trx) => {
    for (const [at, more] of requests.entries())
      await enqueue(world, trx, {
        kind: "receive",
        runId: null,
        payload: {},
        key: `${at}`,
        once: "ever",
        ...more,
      });
  });
}

function work(world: World, handlers: Handlers, more: object = {}): Worker {
  const options = { lane: "app", name: "w", slots: 1, pollMs: 5_000, repositoryCap: 2, renewMs: 50 } as const;
  const worker = startWorker(world, { ...options, handlers, ...more });
  started.push(worker);
  return worker;
}

const statuses = async ({ database }: World) =>
  (await listJobs(database.knex, {})).map(({ status }) => status);
const notice = (cause: string) => ({ runId: null, priority: "low", text: "x", cause }) as const;

async function claimed(world: World) {
  const job = await claimJob(world.database, ORDER);
  if (job === null) throw new Error("nothing to claim");
  return holdLease(world, { jobId: job.id, claimId: job.claimId }, forever, 60_000);
}

test.each(DIALECTS)(
  "on %s what is written with a job's end is written once, and only by its holder",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const { database } = world;
    await put(world, {});
    const lease = await claimed(world);

    expect(await lease.finish((trx) => insertNotice(database, trx, notice("first")))).toBe("finished");
    expect(await lease.finish((trx) => insertNotice(database, trx, notice("second")))).toBe("lost");
    await lease.release();

    expect((await listNotices(database.knex, null)).map(({ cause }) => cause)).toEqual(["first"]);
  },
);

test.each(DIALECTS)("on %s an end that is too late writes nothing", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const { database } = world;
  await put(world, {});
  const lease = await claimed(world);

  database.setClockOffset(31_000);
  let ran = false;
  const end = await lease.finish(async (trx) => {
    ran = true;
    await insertNotice(database, trx, notice("late"));
  });
  await lease.release();

  expect([end, ran]).toEqual(["lost", false]);
  expect(await listNotices(database.knex, null)).toEqual([]);
});

test.each(DIALECTS)(
  "on %s a write that fails leaves the job held, and nothing half written",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const { database } = world;
    await put(world, {});
    const lease = await claimed(world);

    const failing = lease.finish(async (trx) => {
      await insertNotice(database, trx, notice("half"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await statuses(world)).toEqual(["leased"]);
    expect(await lease.finish((trx) => insertNotice(database, trx, notice("whole")))).toBe("finished");
    await lease.release();

    expect((await listNotices(database.knex, null)).map(({ cause }) => cause)).toEqual(["whole"]);
  },
);

test.each(DIALECTS)(
  "on %s a worker that lost its last try to another says nothing about it",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const { database } = world;
    await put(world, {});
    await database.knex("jobs").update({ tries: 7 });
    const worker = work(world, {
      receive: async () => {
        database.setClockOffset(60_000);
        return { kind: "retry", why: "too late" };
      },
    });

    await eventually("it was tried", async () => (await statuses(world))[0] === "leased");
    await worker.drain();

    const told = (await listNotices(database.knex, null)).map(({ text }) => text);
    expect(told.filter((text) => text.includes("failed"))).toEqual([]);
  },
);

test.each(DIALECTS)(
  "on %s a job whose every worker fell silent is a dead letter with a notice",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const { database } = world;
    await put(world, {});
    await database.knex("jobs").update({ tries: 7 });
    await claimJob(database, ORDER);
    database.setClockOffset(60_000);

    work(world, {});

    const [told] = await eventually("it is told", async () => {
      const notices = await listNotices(database.knex, null);
      return notices.length > 0 && notices;
    });
    expect(told).toMatchObject({
      priority: "high",
      text: expect.stringContaining("every worker that took it"),
    });
    expect(await statuses(world)).toEqual(["dead"]);
  },
);

test.each(DIALECTS)("on %s what a dead process of this host held is taken up at once", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const ended = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => ended.once("exit", resolve));
  await put(world, {}, {});
  const dead = `app@${hostname()}#${ended.pid}/3`;
  const here = `${workerName("app")}/0`;
  await claimJob(world.database, { ...ORDER, worker: dead });
  await claimJob(world.database, { ...ORDER, worker: here });

  work(world, { receive: async () => ({ kind: "done" }) });

  await eventually("the first is done", async () => (await statuses(world))[0] === "done", 4_000);
  expect(await statuses(world)).toEqual(["done", "leased"]);
});

test.each<[string, boolean]>([
  [`app@${hostname()}#${process.pid}/0`, false],
  [`app@${hostname()}#${process.ppid}/0`, false],
  [`app@${hostname()}#1`, false],
  [`app@elsewhere#999999999/0`, false],
  [`app@${hostname()}#999999999/0`, true],
  [`app@${hostname()}#999999999`, true],
  ["a name of another kind", false],
])("a worker called %s is known to be dead: %s", (name, dead) => expect(isDeadHere(name)).toBe(dead));

test.each(DIALECTS)("on %s a drain takes nothing new, and ends when the running job has", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const going = Promise.withResolvers<void>();
  const worker = work(world, {
    receive: async () => {
      await going.promise;
      return { kind: "done" };
    },
  });
  await put(world, {}, {});
  await eventually("one runs", async () => (await statuses(world)).includes("leased"));

  const drained = worker.drain();
  going.resolve();
  await drained;

  expect(await statuses(world)).toEqual(["done", "queued"]);
});

test.each(DIALECTS)("on %s a wait that whoever was asked for sets costs no try", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const worker = work(world, {
    receive: () => Promise.reject(Object.assign(new Error("rate limited"), { afterMs: 60_000 })),
  });
  await put(world, {});
  const [job] = await eventually("it waits", async () => {
    const rows = await world.database.knex("jobs").where({ status: "queued" }).whereNotNull("last_error");
    return rows.length > 0 && rows;
  });
  await worker.drain();

  expect(job).toMatchObject({ tries: 0, last_error: "rate limited" });
});

test.each(DIALECTS)("on %s a job that waits for its repository is asked for rarely", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  await put(world, ...["a", "b", "c"].map((key) => ({ kind: "attempt", repository: "o/r", key }) as const));
  for (const _ of [1, 2]) await claimJob(world.database, { ...ORDER, lane: "runner" });
  let asked = 0;
  world.database.knex.on("query", () => {
    asked += 1;
  });

  work(world, {}, { lane: "runner" });
  await new Promise((resolve) => setTimeout(resolve, 1_500));

  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(dialect === "sqlite" ? 40 : 80);
});
