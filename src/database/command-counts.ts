import type { Database, Db } from "./connect.ts";
import { runFixed } from "./fixed-statement.ts";
import { retryWhileBusy } from "./retry-busy.ts";

export type Count = { who: string; add: number; cause: string; windowMs: number };

/** Counts commands in the present stretch of time, by the database's clock; how many there are now. */
export async function countCommands(
  database: Database,
  { who, add, cause, windowMs }: Count,
): Promise<number> {
  const rows = await retryWhileBusy(() =>
    runFixed(database, database.knex, COUNT, [who, windowMs, windowMs, add, cause]),
  );
  return Number(rows[0]?.used ?? 0);
}

const COUNT = `
  insert into command_counts (who, since, used, last_cause) values (?, NOW / ? * ?, ?, ?)
  on conflict (who, since) do update set
    used = command_counts.used
      + case when command_counts.last_cause = excluded.last_cause then 0 else excluded.used end,
    last_cause = excluded.last_cause
  returning used`;

/** How many were counted in the present stretch of time. */
export async function readCommandCount(
  database: Database,
  { who, windowMs }: Pick<Count, "who" | "windowMs">,
): Promise<number> {
  const { knex } = database;
  const since = knex.raw("? / ? * ?", [database.now(), windowMs, windowMs]);
  const row = await knex("command_counts").where({ who, since }).first("used");
  return Number(row?.used ?? 0);
}

/** Forgets what was counted longer ago than `keepMs`. */
export function trimCommandCounts(
  database: Database,
  keepMs: number,
  db: Db = database.knex,
): Promise<number> {
  const before = db.raw("? - ?", [database.now(db), keepMs]);
  return retryWhileBusy(() => db("command_counts").where("since", "<", before).del());
}
