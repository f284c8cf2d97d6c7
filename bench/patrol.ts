import { randomBytes, randomUUID } from "node:crypto";
import pino from "pino";
import { DEFAULT_POLICY } from "../src/core/policy.ts";
import { connect, type Database } from "../src/database/connect.ts";
import { createBell } from "../src/engine/wake/wake.ts";
import { patrol } from "../src/jobs/patrol.ts";
import type { Bench } from "./bench.ts";
import { DIALECTS, type Dialect } from "./databases.ts";
import { percentiles, timed } from "./percentiles.ts";
import type { Row } from "./row.ts";

const RUNS = 10_000;

/** A patrol over open runs that all wait for somebody. */
export async function measurePatrol(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dialect of DIALECTS) rows.push(await measureOn(bench, dialect));
  return rows;
}

async function measureOn({ databases, quick }: Bench, dialect: Dialect): Promise<Row> {
  const database = connect(await databases.fresh(dialect));
  const { ring, rings, next } = createBell();
  const wake = { announce: async () => undefined, poke: ring, rings, next, close: async () => undefined };
  const log = pino({ level: "silent" });
  const world = {
    database,
    key: { secret: randomBytes(32) },
    wake,
    log,
    newId: randomUUID,
    random: Math.random,
  };
  try {
    await addWaiting(database, RUNS);
    const taken = await timed(quick ? 3 : 20, () => patrol({ world, policyFor: () => DEFAULT_POLICY }));
    return {
      metric: `patrol over ${RUNS.toLocaleString("en")} open runs with nothing to do, ${dialect}`,
      unit: "ms",
      measured: percentiles(taken),
      judged: "p99",
      goal: { atMost: 2_000 },
      floor: null,
    };
  } finally {
    await database.close();
  }
}

/** Runs with a sealed change that wait for approval, each with the jobs of its past. */
export async function addWaiting(database: Database, count: number): Promise<void> {
  const { knex } = database;
  const run = {
    ...{ owner: "octo", repo: "widget", repository_id: 7, installation_id: 70, mode: "direct" },
    ...{
      prompt_version: "v1",
      base_branch: "main",
      branch: "agentpr/x",
      state: "PUSHED",
      version: 1,
      epoch: 1,
    },
    ...{ attempts: 1, failed_in_row: 0, iterations: 0, ci_fixes: 0, answered: "[]", pr_open: false },
    request: JSON.stringify({ title: "t", body: "", author: null, issue: null }),
    ...{ created_at: 1, updated_at: 1, state_since: 1 },
  };
  const job = {
    ...{ lane: "app", kind: "decide", payload: "{}", once: "queued", status: "done", priority: 80, tries: 1 },
    ...{ max_tries: 8, run_after: 0, claim_id: 1, created_at: 0, finished_at: 1 },
  };
  for (let from = 0; from < count; from += 500) {
    const ids = Array.from({ length: Math.min(500, count - from) }, (_, at) => `run_${from + at}`);
    await knex.batchInsert(
      "runs",
      ids.map((id) => ({ ...run, id })),
      20,
    );
    await knex.batchInsert(
      "jobs",
      ids.map((id) => ({ ...job, run_id: id, key: `decide:${id}` })),
      20,
    );
  }
}
