import { type Bottlenecks, bottlenecks } from "../core/statistics/bottlenecks.ts";
import { type GlobalStats, globalStats } from "../core/statistics/global-stats.ts";
import type { Division } from "../core/statistics/group-rows.ts";
import { momentOf, type Since } from "../core/statistics/since.ts";
import { type Database, readNow } from "../database/connect.ts";
import { countAttempts, countRuns } from "../database/run-statistics.ts";
import { readStageRows } from "../database/time-statistics.ts";

/** What came of the runs that were made since then, in all and by one thing that divides them. */
export async function readGlobalStats(
  database: Database,
  { since: from, by }: { since: Since; by: Division | null },
): Promise<GlobalStats> {
  const now = await readNow(database);
  const since = momentOf(from, now);
  const attempts = await countAttempts(database, { since, by });
  return globalStats({ attempts, runs: await countRuns(database, { since, by }) }, { now, since, by });
}

/** What their time went into, and which took longest. */
export async function readBottlenecks(
  database: Database,
  { since: from, limit }: { since: Since; limit: number },
): Promise<Bottlenecks> {
  const now = await readNow(database);
  const since = momentOf(from, now);
  return bottlenecks(await readStageRows(database, { since, limit }), { now, since });
}
