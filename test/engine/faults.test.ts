import { afterEach, expect, test } from "@jest/globals";
import type { JobRequest } from "../../src/core/job.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { signJob } from "../../src/engine/sign.ts";
import { type Handler, startWorker, type Worker } from "../../src/engine/worker.ts";
import type { World } from "../../src/engine/world.ts";
import { testDatabases } from "../support/databases.ts";
import { counts } from "../support/proof.ts";
import { startLine } from "../support/tcp-proxy.ts";
import { eventually, testWorld } from "../support/world.ts";

const databases = testDatabases({ ownPostgres: true });
const started: Worker[] = [];
afterEach(() => Promise.all(started.splice(0).map((worker) => worker.stop())));

function job(key: string): JobRequest {
  return { kind: "receive", runId: null, payload: {}, key, once: "ever" };
}

async function put(world: World, ...keys: string[]): Promise<void> {
  await world.database.transaction(async (trx) => {
    for (const key of keys) await enqueue(world, trx, job(key));
  });
}

function work(world: World, receive: Handler, pollMs: number, slots = 1): Worker {
  const options = { lane: "app", name: "w", repositoryCap: 1, renewMs: 500 } as const;
  const worker = startWorker(world, { ...options, slots, pollMs, handlers: { receive } });
  started.push(worker);
  return worker;
}

async function countDone({ database }: World): Promise<number> {
  return (await listJobs(database.knex, { status: "done" })).length;
}

const keys = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix} ${at}`);

test("a job that ends while another process holds the write lock ends once", async () => {
  const heldMs = counts({ quick: 3_000, full: 10_000 });
  const url = await databases.fresh("sqlite");
  const [world, holder] = [testWorld(databases.connect(url)), databases.connect(url)];
  const locked = Promise.withResolvers<void>();
  const ran: string[] = [];
  work(
    world,
    async ({ key }) => {
      ran.push(key);
      await locked.promise;
      return key === "retried" && ran.length < 3
        ? { kind: "retry", why: "once more", afterMs: 0 }
        : { kind: "done" };
    },
    50,
    2,
  );
  await put(world, "ended", "retried");
  await eventually("both run", async () => ran.length === 2);

  await holder.transaction(async (trx) => {
    await trx("inbox").insert({ guid: "x", event: "x", status: "waiting", received_at: 1 });
    locked.resolve();
    await new Promise((resolve) => setTimeout(resolve, heldMs));
  });
  await eventually("both are done", async () => (await countDone(world)) === 2);

  expect(ran).toEqual(["ended", "retried", "retried"]);
});

test("workers go on after a restart of Postgres: nothing is lost, nothing ends twice, and listening begins anew", async () => {
  const world = testWorld(await databases.open("postgres"));
  const ran: string[] = [];
  const receive: Handler = async ({ key }) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ran.push(key);
    return { kind: "done" };
  };
  work(world, receive, 60_000, 2);
  await put(world, ...keys("before", 60));
  await eventually("some are done", async () => ran.length > 10);

  await databases.restartPostgres();
  const restarted = performance.now();
  await eventually(
    "a new job can be asked for",
    () =>
      put(world, "after").then(
        () => true,
        () => false,
      ),
    15_000,
  );
  await eventually("it is worked", async () => ran.includes("after"), 15_000);
  expect(performance.now() - restarted).toBeLessThan(15_000);

  // A claim whose answer was cut off is held by nobody; its lease runs out.
  world.database.setClockOffset(31_000);
  await eventually("all are done", async () => (await countDone(world)) === 61, 30_000);
  expect(ran.toSorted()).toEqual([...keys("before", 60), "after"].toSorted());

  const asked = performance.now();
  const other = testWorld(databases.connect(world.database.url), { key: world.key });
  await put(other, "wakes");
  await eventually("it is worked at once", async () => ran.includes("wakes"));
  expect(performance.now() - asked).toBeLessThan(8_000);
}, 120_000);

test("a line to Postgres that is cut without a word is noticed: work and listening go on within 15 seconds", async () => {
  const url = new URL(await databases.fresh("postgres"));
  const line = await startLine(Number(url.port));
  const near = Object.assign(new URL(url), { port: String(line.port) }).href;
  const world = testWorld(databases.connect(near));
  const direct = testWorld(databases.connect(url.href), { key: world.key });
  const goOn = Promise.withResolvers<void>();
  const ran: string[] = [];
  const worker = work(
    world,
    async ({ key }) => {
      ran.push(key);
      if (key === "held") await goOn.promise;
      return { kind: "done" };
    },
    60_000,
    2,
  );
  await put(direct, "held");
  await eventually("it is being worked", async () => ran.includes("held"));
  expect(line.connected()).toBeGreaterThan(1);

  line.cut();
  const cut = performance.now();
  goOn.resolve();
  const asked = put(world, "asked for over the dead line");
  await put(direct, "announced by another process");
  await asked;
  await eventually("all are done", async () => (await countDone(direct)) === 3, 20_000);

  expect(performance.now() - cut).toBeLessThan(15_000);
  expect(ran.toSorted()).toEqual(["announced by another process", "asked for over the dead line", "held"]);
  const awake = performance.now();
  await put(direct, "wakes");
  await eventually("it is worked at once", async () => ran.includes("wakes"));
  expect(performance.now() - awake).toBeLessThan(5_000);
  await worker.stop();
  await Promise.all([world.wake.close(), world.database.close()]);
  await line.close();
}, 120_000);

test("a wake-up that is lost is made good by the poll", async () => {
  const url = await databases.fresh("postgres");
  const [world, other] = [testWorld(databases.connect(url)), databases.connect(url)];
  const ran: string[] = [];
  work(
    world,
    async ({ key }) => {
      ran.push(key);
      return { kind: "done" };
    },
    300,
  );
  await eventually("it listens", async () => {
    await put(world, "first");
    return ran.includes("first");
  });

  await insertJob(other, other.knex, { ...job("silent"), mac: signJob(world.key, job("silent")) });
  await eventually("the poll finds it", async () => ran.includes("silent"), 5_000);
});
