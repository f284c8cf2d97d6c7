import { z } from "zod";
import { State } from "../core/run.ts";
import { STAGES } from "../core/statistics/attempt-figures.ts";
import { SlowRun, type StageRows, type StateTime } from "../core/statistics/stage-rows.ts";
import { fromRow } from "./columns.ts";
import type { Database } from "./connect.ts";
import { rowsOf } from "./run-statistics.ts";

type Scope = { since: number; limit: number };

/** What the time of runs that were made since then went into. */
export async function readStageRows(database: Database, { since, limit }: Scope): Promise<StageRows> {
  const counts = await countStages(database, since);
  const slowest = await slowestRuns(database, { since, limit });
  return { ...counts, slowest, states: await stateTimes(database, since) };
}

const count = z.coerce.number();
const Counts = z.object({ analysed: count, attempts: count, working: count, waited: count });

async function countStages(
  { knex }: Database,
  since: number,
): Promise<Omit<StageRows, "slowest" | "states">> {
  const [made = {}] = rowsOf(
    await knex.raw("select count(*) as runs from runs where created_at >= ?", [since]),
  );
  const lists = STAGES.map((stage) => `string_agg(cast(f.${stage}_ms as text), ',') as ${stage}`).join(", ");
  const sql = `
    select count(distinct f.run_id) as analysed, count(*) as attempts,
      coalesce(sum(f.total_ms), 0) as working, coalesce(sum(f.waited_ms), 0) as waited, ${lists}
    from attempt_figures f where ${ofRunsSince(since)}`;
  const [row = {}] = rowsOf(await knex.raw(sql, since === 0 ? [] : [since]));
  const { working, waited, ...counts } = Counts.parse(row);
  const stages = STAGES.map((stage) => [stage, JSON.parse(`[${row[stage] ?? ""}]`) as number[]] as const);
  const times = { workingMs: working, waitedMs: waited, stages: Object.fromEntries(stages) };
  return { runs: Number(made.runs), ...counts, ...times };
}

/** Without a limit in time the runs need not be looked at. */
function ofRunsSince(since: number): string {
  return since === 0 ? "1 = 1" : "run_id in (select id from runs where created_at >= ?)";
}

/** Those whose attempts took longest, all together. */
async function slowestRuns(database: Database, { since, limit }: Scope): Promise<SlowRun[]> {
  const sums = STAGES.map((stage) => `sum(f.${stage}_ms) as ${stage}`).join(", ");
  const sql = `
    select s.*, r.owner, r.repo, r.prompt_version, r.state,
      case when r.state in ('DONE', 'FAILED') then r.updated_at else ${String(database.now())} end - r.created_at as wall_ms
    from (
      select f.run_id, count(*) as attempts, sum(f.total_ms) as working_ms, ${sums}
      from attempt_figures f where ${ofRunsSince(since)}
      group by f.run_id order by working_ms desc, f.run_id limit ?
    ) s join runs r on r.id = s.run_id
    order by s.working_ms desc, s.run_id`;
  const bindings = [...(since === 0 ? [] : [since]), limit];
  return rowsOf(await database.knex.raw(sql, bindings)).map((row) => {
    const reached = STAGES.flatMap((stage) => (row[stage] === null ? [] : [[stage, row[stage]]]));
    return SlowRun.parse({ ...fromRow(row), stages: Object.fromEntries(reached) });
  });
}

const Moment = z.object({ state: State, ms: count });

/**
 * Time in a state is when it was left less when it was entered, and sums may be taken before the difference. A run
 * begins QUEUED, and one that is not over is where it is until now.
 */
async function stateTimes(database: Database, since: number): Promise<StateTime[]> {
  const now = String(database.now());
  // Counted from a moment nearby, or the sums would be too large for a number.
  const [first = {}] = rowsOf(
    await database.knex.raw("select min(created_at) as at from runs where created_at >= ?", [since]),
  );
  const moves = (column: string) => `
    select ${column} as state, at - ? as ms from journal
    where from_state <> to_state and ${ofRunsSince(since)}`;
  const negative = (sql: string) => `select state, -ms from (${sql}) entered`;
  const sql = `
    select state, cast(sum(ms) as bigint) as ms from (
      ${moves("from_state")} union all ${negative(moves("to_state"))}
      union all select 'QUEUED', -(created_at - ?) from runs where created_at >= ?
      union all select state, ${now} - ? from runs where created_at >= ?
    ) moments
    where state not in ('DONE', 'FAILED') group by state`;
  const at = Number(first.at ?? 0);
  const moved = since === 0 ? [at] : [at, since];
  const bindings = [...moved, ...moved, at, since, at, since];
  return rowsOf(await database.knex.raw(sql, bindings)).map((row) => Moment.parse(row));
}
