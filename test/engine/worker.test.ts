import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import type { JobRequest } from "../../src/core/job.ts";
import { reclaimExpired } from "../../src/database/expired-jobs.ts";
import { finishJob, renewLease } from "../../src/database/held-jobs.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { claimJob, insertJob } from "../../src/database/jobs.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { type Handler, startWorker, type Worker } from "../../src/engine/worker.ts";
import type { World } from "../../src/engine/world.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { eventually, testWorld } from "../support/world.ts";

const databases = testDatabases();
const CLAIM = { lane: "app", worker: "test", leaseMs: 30_000, repositoryCap: 2 } as const;

function job(key: string, more: Partial<JobRequest> = {}): JobRequest {
  return { kind: "receive", runId: null, payload: { key }, key, once: "ever", ...more };
}

async function put(world: World, ...requests: JobRequest[]): Promise<void> {
  await world.database.transaction(async (trx) => {
    for (const request of requests) await enqueue(world, trx, request);
  });
}

const started: Worker[] = [];
afterEach(() => Promise.all(started.splice(0).map((worker) => worker.stop())));

function work(world: World, receive: Handler, slots = 1) {
  const worker = startWorker(world, {
    lane: "app",
    name: "w",
    slots,
    handlers: { receive },
    pollMs: 5_000,
    repositoryCap: 2,
    renewMs: 50,
  });
  started.push(worker);
  return worker;
}

test.each(DIALECTS)("on %s a job is carried out once, however often it is asked for", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const seen: string[] = [];
  const worker = work(world, async (done) => {
    seen.push(done.key);
    return { kind: "done" };
  });

  await put(world, job("a"), job("a"), job("b"));
  await eventually(
    "both are done",
    async () => (await listJobs(world.database.knex, { status: "done" })).length === 2,
  );
  await put(world, job("a"));
  await worker.drain();

  expect(seen.sort()).toEqual(["a", "b"]);
});

test.each(DIALECTS)(
  "on %s a failing job is tried again with backoff and ends as a dead letter with a notice",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect), { random: () => 0 });
    const worker = work(world, async () => ({ kind: "retry", why: "no luck", afterMs: 1 }));

    await put(world, job("a"));
    const [dead] = await eventually("it is dead", async () => {
      const jobs = await listJobs(world.database.knex, { status: "dead" });
      return jobs.length > 0 && jobs;
    });
    await worker.drain();

    expect(dead?.tries).toBe(8);
    await eventually(
      "a notice",
      async () => (await world.database.knex("notices").where({ cause: `dead:${dead?.id}` })).length === 1,
    );
  },
);

test.each(DIALECTS)("on %s a worker that slept through its lease is refused every write", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  await put(world, job("a"));
  const held = await claimJob(world.database, CLAIM);
  const claim = { jobId: held?.id ?? 0, claimId: held?.claimId ?? 0 };

  world.database.setClockOffset(31_000);

  expect(await renewLease(world.database, claim, 30_000)).toBe(false);
  expect(await finishJob(world.database, world.database.knex, claim)).toBe(false);
  expect(await reclaimExpired(world.database)).toHaveLength(1);
  const again = await claimJob(world.database, CLAIM);
  expect(again?.claimId).toBe(claim.claimId + 1);
  expect(await finishJob(world.database, world.database.knex, claim)).toBe(false);
  expect(
    await finishJob(world.database, world.database.knex, { jobId: claim.jobId, claimId: claim.claimId + 1 }),
  ).toBe(true);
});

test.each(DIALECTS)("on %s a handler whose lease is lost is told through its signal", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const reasons: boolean[] = [];
  const worker = work(world, async (_job, lease) => {
    if (reasons.length > 0) return { kind: "done" };
    world.database.setClockOffset(60_000);
    await eventually("the signal", async () => lease.signal.aborted);
    reasons.push(lease.signal.aborted);
    expect(await lease.finish(async () => undefined)).toBe("lost");
    return { kind: "lost" };
  });

  await put(world, job("a"));
  await eventually("it was told", async () => reasons.length === 1);
  await worker.drain();
  expect(reasons).toEqual([true]);
});

test.each(DIALECTS)("on %s a job without the app's signature is not carried out", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  const ran: string[] = [];
  const decide: Handler = async () => {
    ran.push("decide");
    return { kind: "done" };
  };
  const worker = startWorker(world, {
    lane: "app",
    name: "w",
    slots: 1,
    handlers: { decide },
    pollMs: 100,
    repositoryCap: 2,
  });

  const forged = { ...job("x", { kind: "decide" }), mac: null };
  await world.database.transaction((trx) => insertJob(world.database, trx, forged));
  world.wake.poke();
  await eventually(
    "it is a dead letter",
    async () => (await listJobs(world.database.knex, { status: "dead" })).length === 1,
  );
  await worker.drain();

  expect(ran).toEqual([]);
  const [notice] = await world.database.knex("notices");
  expect(notice.text).toContain("does not carry the app's signature");
});

test.each(DIALECTS)(
  "on %s a drain lets the running job end and a stop hands it back without charging a try",
  async (dialect) => {
    const world = testWorld(await databases.open(dialect));
    const worker = work(world, async (_job, lease) => {
      await eventually("stop", async () => lease.signal.aborted);
      return { kind: "retry", why: "interrupted" };
    });

    await put(world, job("a"));
    await eventually(
      "it runs",
      async () => (await listJobs(world.database.knex, { status: "leased" })).length === 1,
    );
    await worker.stop();

    const [back] = await listJobs(world.database.knex, {});
    expect(back).toMatchObject({ status: "queued", tries: 0 });
  },
);

test.each(DIALECTS)(
  "on %s a job enqueued by another process wakes an idle worker long before the poll",
  async (dialect) => {
    const url = await databases.fresh(dialect);
    const world = testWorld(databases.connect(url));
    const other = testWorld(databases.connect(url), { key: world.key });
    const worker = work(world, async () => ({ kind: "done" }));
    await sleep(200);

    const started = performance.now();
    await put(other, job("a"));
    await eventually(
      "done",
      async () => (await listJobs(other.database.knex, { status: "done" })).length === 1,
    );

    expect(performance.now() - started).toBeLessThan(4_000);
    await worker.drain();
  },
);

test.each(DIALECTS)("on %s as many jobs run at once as there are slots", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  let running = 0;
  const all = Promise.withResolvers<void>();
  const worker = work(
    world,
    async () => {
      running += 1;
      if (running === 4) all.resolve();
      await all.promise;
      return { kind: "done" };
    },
    4,
  );

  await put(world, job("a"), job("b"), job("c"), job("d"));
  await all.promise;
  await worker.drain();

  expect(await listJobs(world.database.knex, { status: "done" })).toHaveLength(4);
});

test.each(DIALECTS)("on %s a ring without work wakes one slot and not each of them", async (dialect) => {
  const world = testWorld(await databases.open(dialect));
  let claims = 0;
  world.database.knex.on("query", ({ sql }: { sql: string }) => {
    if (sql.includes("set status = 'leased'")) claims += 1;
  });
  const worker = work(world, async () => ({ kind: "done" }), 8);
  await eventually("every slot has looked", async () => claims >= 8);
  await sleep(100);

  const before = claims;
  world.wake.poke();
  await eventually("one has looked again", async () => claims > before);
  await sleep(100);
  await worker.drain();

  expect(claims - before).toBeLessThan(4);
});
