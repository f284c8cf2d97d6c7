import { connect, type Database } from "../src/database/connect.ts";
import { claimJob } from "../src/database/jobs.ts";
import type { Bench } from "./bench.ts";
import { DIALECTS, type Dialect } from "./databases.ts";
import { type Percentiles, percentiles, timed } from "./percentiles.ts";
import { putJobs } from "./put-jobs.ts";
import { PATIENCE_MS, quietMoment } from "./quiet.ts";
import { bestOf, type Row } from "./row.ts";

const SMALL = 1_000;

/** Whether finished jobs slow the claims of later ones. */
export async function measureClaimSize(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dialect of DIALECTS) rows.push(...(await measureOn(bench, dialect)));
  return rows;
}

async function measureOn({ databases, quick }: Bench, dialect: Dialect): Promise<Row[]> {
  const large = quick ? 100_000 : 1_000_000;
  const database = connect(await databases.fresh(dialect));
  try {
    await addFinished(database, SMALL);
    const few = await claims(database, quick);
    await addFinished(database, large - SMALL);
    const many = await claims(database, quick);
    return [
      { ...row(dialect, SMALL, few), goal: null, floor: null },
      {
        ...row(dialect, large, many),
        goal: { atMost: Number((few.p99 * 1.2).toPrecision(2)) },
        floor: { what: `p99 beside ${SMALL}`, value: few.p99 },
      },
    ];
  } finally {
    await database.close();
  }
}

function row(dialect: Dialect, finished: number, measured: Percentiles) {
  const metric = `claim beside ${finished.toLocaleString("en")} finished jobs, ${dialect}`;
  return { metric, unit: "ms", judged: "p99", measured } as const;
}

/** Copies of one job that was carried out, made by the database itself. */
async function addFinished(database: Database, count: number): Promise<void> {
  const { knex } = database;
  const series =
    database.dialect === "postgres"
      ? "select generate_series(1, ?) as n"
      : "with recursive series(n) as (select 1 union all select n + 1 from series where n < ?) select n from series";
  await knex.raw(
    `insert into jobs (lane, kind, payload, key, live_key, once, status, priority, tries, max_tries, run_after,
       claim_id, created_at, finished_at)
     select 'app', 'receive', '{"guid":"finished"}', 'finished-' || n, 'finished-${count}-' || n, 'ever', 'done', 90, 1,
       8, 0, 1, 0, 1 from (${series}) as numbers`,
    [count],
  );
  if (database.dialect === "postgres") await knex.raw("vacuum analyze jobs");
}

async function claims(database: Database, quick: boolean): Promise<Percentiles> {
  const rounds: Percentiles[] = [];
  for (let round = 0; round < 3; round += 1) rounds.push(await claimRound(database, quick ? 100 : 500));
  return bestOf(rounds, ({ p99 }) => p99);
}

async function claimRound(database: Database, count: number): Promise<Percentiles> {
  await putJobs(database, count);
  await quietMoment(count > 100 ? PATIENCE_MS.full : PATIENCE_MS.quick);
  const order = { lane: "app", worker: "bench", leaseMs: 600_000, repositoryCap: 2 } as const;
  return percentiles(await timed(count, () => claimJob(database, order)));
}
