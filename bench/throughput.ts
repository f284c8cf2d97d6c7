import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../src/database/connect.ts";
import type { Bench } from "./bench.ts";
import { DIALECTS, type Dialect } from "./databases.ts";
import { putJobs } from "./put-jobs.ts";
import { PATIENCE_MS, quietMoment } from "./quiet.ts";
import { bestOf, type Row } from "./row.ts";
import { type Seen, startWorkerChild, type WorkerChild } from "./worker-child.ts";

export const SHAPES = [
  { what: "1 process with 8 slots", processes: 1, slots: 8 },
  { what: "8 processes", processes: 8, slots: 1 },
] as const;
type Shape = (typeof SHAPES)[number];

type Round = { rate: number; longestGapMs: number; twice: number };
const LONGEST_MS = 120_000;

/** Jobs that do nothing, claimed and completed; each is two durable writes. */
export async function measureThroughput(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dialect of DIALECTS)
    for (const shape of SHAPES) rows.push(...(await rowsFor(bench, dialect, shape)));
  return rows;
}

async function rowsFor(bench: Bench, dialect: Dialect, shape: Shape): Promise<Row[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1)
    rounds.push(await oneRound(bench, dialect, shape));
  const best = bestOf(rounds, ({ rate }) => -rate);
  const fsync = await bench.floors.fsync();
  const metric = `claim + complete, ${dialect}, ${shape.what}`;
  const rate: Row = {
    metric,
    unit: "/s",
    measured: { rate: best.rate },
    judged: "rate",
    goal: { atLeast: 1_000 },
    floor: { what: "2 fsyncs a job", value: 1_000 / (2 * fsync.p50) },
    note: `${best.twice} jobs carried out twice`,
  };
  if (shape.processes === 1) return [rate];
  return [
    rate,
    {
      metric: `longest wait of a process for a job, ${dialect}`,
      unit: "ms",
      measured: { max: best.longestGapMs },
      judged: "max",
      goal: { atMost: 500 },
      floor: null,
    },
  ];
}

export async function oneRound({ databases, quick }: Bench, dialect: Dialect, shape: Shape): Promise<Round> {
  const url = await databases.fresh(dialect);
  const count = quick ? 1_000 : 6_000;
  const database = connect(url);
  await putJobs(database, count);
  await database.close();
  const children = await Promise.all(
    Array.from({ length: shape.processes }, () => startWorkerChild(url, shape.slots)),
  );
  await quietMoment(quick ? PATIENCE_MS.quick : PATIENCE_MS.full);
  const started = performance.timeOrigin + performance.now();
  for (const child of children) child.go();
  await allDone(children, count);
  return sumUp(await Promise.all(children.map((child) => child.stop())), started);
}

async function allDone(children: readonly WorkerChild[], count: number): Promise<void> {
  const over = performance.now() + LONGEST_MS;
  while (children.reduce((sum, child) => sum + child.count(), 0) < count) {
    if (performance.now() > over) throw new Error(`${count} jobs were not done in ${LONGEST_MS} ms`);
    await sleep(20);
  }
}

/** From "go" to the last handler; a process that got nothing waited all the time. */
function sumUp(lists: readonly Seen[][], started: number): Round {
  const all = lists.flat();
  const last = Math.max(...all.map(({ at }) => at));
  const gaps = lists.map((seen) => longestGap([started, ...seen.map(({ at }) => at), last]));
  return {
    rate: (all.length * 1_000) / (last - started),
    longestGapMs: Math.max(...gaps),
    twice: all.length - new Set(all.map(({ id }) => id)).size,
  };
}

function longestGap(moments: readonly number[]): number {
  return Math.max(...moments.slice(1).map((at, index) => at - (moments[index] ?? at)));
}
