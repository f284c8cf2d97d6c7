import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { enqueue } from "../src/engine/enqueue.ts";
import { openLog, openWorld } from "../src/main/open-world.ts";
import type { Bench } from "./bench.ts";
import { DIALECTS, type Dialect } from "./databases.ts";
import { percentiles } from "./percentiles.ts";
import { cpuSecondsOf } from "./process-facts.ts";
import type { Row } from "./row.ts";
import { startWorkerChild, type WorkerChild } from "./worker-child.ts";

const SLOTS = 6;

/** How soon an idle worker in another process has what was enqueued, and what waiting for it costs. */
export async function measureWakeUp(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dialect of DIALECTS) rows.push(...(await measureOn(bench, dialect)));
  return rows;
}

async function measureOn({ databases, quick, floors }: Bench, dialect: Dialect): Promise<Row[]> {
  const url = await databases.fresh(dialect);
  const child = await startWorkerChild(url, SLOTS);
  child.go();
  await sleep(500); // its first looks are over
  const share = await idleShare(child, quick ? 2_000 : 10_000);
  const put = await enqueueSlowly(url, quick ? 50 : 300);
  const seen = await child.stop();
  const waits = seen.map(({ key, at }) => at - (put.get(key) ?? at));
  const fsync = await floors.fsync();
  return [
    {
      metric: `enqueued → claimed, ${dialect}`,
      unit: "ms",
      measured: percentiles(waits),
      judged: "p50",
      goal: { atMost: 5 },
      floor: { what: "one fsync", value: fsync.p50 },
    },
    {
      metric: `CPU of an idle worker process, ${dialect}`,
      unit: "%",
      measured: { share },
      judged: "share",
      goal: { atMost: 2 },
      floor: null,
    },
  ];
}

/** Per cent of one core. */
async function idleShare(child: WorkerChild, ms: number): Promise<number> {
  const before = await cpuSecondsOf(child.pid);
  await sleep(ms);
  return ((await cpuSecondsOf(child.pid)) - before) * (100_000 / ms);
}

/** One job at a time, each when the last one is surely over; gives the moment at which each was committed. */
async function enqueueSlowly(databaseUrl: string, count: number): Promise<Map<string, number>> {
  const world = await openWorld({
    databaseUrl,
    key: { secret: randomBytes(32) },
    log: openLog("warn", "bench"),
  });
  const put = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const key = randomUUID();
    await world.database.transaction((trx) =>
      enqueue(world, trx, { kind: "receive", runId: null, payload: {}, key, once: "ever" }),
    );
    put.set(key, performance.timeOrigin + performance.now());
    await sleep(20 + Math.random() * 20);
  }
  await sleep(500);
  await world.close();
  return put;
}
