import type { Knex } from "knex";
import type { Run } from "../core/run.ts";
import type { RunName } from "../core/run-name.ts";
import type { Db } from "./connect.ts";
import { findRun, parseRun } from "./runs.ts";

const MOST = 20;

/** Every run that a name fits, those that are not over first; the id in full is found by its key alone. */
export async function findNamedRuns(db: Db, name: RunName): Promise<Run[]> {
  const exact = name.kind === "id" ? await findRun(db, name.start) : null;
  if (exact !== null) return [exact];
  const rows = await fitting(db("runs"), name)
    .orderByRaw("case when state in ('DONE', 'FAILED') then 1 else 0 end, created_at desc")
    .limit(MOST);
  return rows.map(parseRun);
}

function fitting(runs: Knex.QueryBuilder, name: RunName): Knex.QueryBuilder {
  if (name.kind === "id") {
    const { start } = name;
    return runs
      .whereRaw("substr(id, 1, ?) = ?", [start.length, start])
      .orWhereRaw("substr(id, 1, ?) = ?", [start.length + 4, `run_${start}`]);
  }
  // GitHub's names are the same in capitals.
  runs
    .whereRaw("lower(owner) = ?", [name.owner.toLowerCase()])
    .whereRaw("lower(repo) = ?", [name.repo.toLowerCase()]);
  return name.pr === null ? runs : runs.where({ pr_number: name.pr });
}
