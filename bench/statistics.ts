import { DIVISIONS } from "../src/core/statistics/group-rows.ts";
import { connect, type Database } from "../src/database/connect.ts";
import { readBottlenecks, readGlobalStats } from "../src/reports/statistics.ts";
import type { Bench } from "./bench.ts";
import { DIALECTS, type Dialect } from "./databases.ts";
import { putManyRuns } from "./many-runs.ts";
import { percentiles, timed } from "./percentiles.ts";
import type { Row } from "./row.ts";

/** Statistics over very many runs, computed while somebody waits. */
export async function measureStatistics(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dialect of DIALECTS) rows.push(...(await measureOn(bench, dialect)));
  return rows;
}

async function measureOn({ databases, quick }: Bench, dialect: Dialect): Promise<Row[]> {
  const runs = quick ? 1_000 : 10_000;
  const database = connect(await databases.fresh(dialect));
  try {
    await putManyRuns(database, { runs, attemptsEach: 3 });
    return await measureReports(database, { dialect, runs, times: quick ? 3 : 10 });
  } finally {
    await database.close();
  }
}

type Order = { dialect: Dialect; runs: number; times: number };

async function measureReports(database: Database, { dialect, runs, times }: Order): Promise<Row[]> {
  const over = `over ${runs} runs and ${runs * 3} attempts, ${dialect}`;
  const goal = dialect === "sqlite" ? { atMost: 200 } : null;
  const row = async (metric: string, work: () => Promise<unknown>): Promise<Row> => ({
    ...{ metric, unit: "ms", judged: "p50", goal, floor: null },
    measured: percentiles(await timed(times, work)),
  });
  const rows = [
    await row(`get-global-stats ${over}`, () => readGlobalStats(database, { since: null, by: null })),
  ];
  for (const by of DIVISIONS)
    rows.push(
      await row(`get-global-stats --by ${by} ${over}`, () => readGlobalStats(database, { since: null, by })),
    );
  rows.push(
    await row(`run-bottlenecks ${over}`, () => readBottlenecks(database, { since: null, limit: 20 })),
  );
  return rows;
}
