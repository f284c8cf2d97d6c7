import { Run, type State } from "../core/run.ts";
import { fromRow } from "./columns.ts";
import type { Db } from "./connect.ts";
import { type Scope, within } from "./overview.ts";

const SHAPE = { json: ["request", "answered", "fork"], booleans: ["prOpen"] };

type Where = { states?: readonly State[]; repositoryId?: number | null; limit: number };

/** Runs that whoever asks may know of, newest first. */
export async function listRuns(
  db: Db,
  { scope = { all: true }, limit }: { scope?: Scope; limit: number },
): Promise<Run[]> {
  const rows = await db("runs").where(within(scope)).orderBy("updated_at", "desc").limit(limit);
  return rows.map((row) => Run.parse(fromRow(row, SHAPE)));
}

/** Runs in those states, newest first; of one repository where it is named. */
export async function listRunsIn(db: Db, { states, repositoryId = null, limit }: Where): Promise<Run[]> {
  const query = db("runs").orderBy("updated_at", "desc").limit(limit);
  if (states !== undefined) query.whereIn("state", [...states]);
  if (repositoryId !== null) query.where({ repository_id: repositoryId, mode: "direct" });
  return (await query).map((row) => Run.parse(fromRow(row, SHAPE)));
}

/** Runs whose name begins so, newest first; the `run_` before it may be left out. */
export async function findRunsByPrefix(db: Db, prefix: string): Promise<Run[]> {
  const rows = await db("runs")
    .whereRaw("substr(id, 1, ?) = ?", [prefix.length, prefix])
    .orWhereRaw("substr(id, 1, ?) = ?", [prefix.length + 4, `run_${prefix}`])
    .orderBy("created_at", "desc")
    .limit(20);
  return rows.map((row) => Run.parse(fromRow(row, SHAPE)));
}

/** Runs on a repository, by `owner/repo` or the bare `repo`, those that are not over first. */
export async function findRunsByRepository(db: Db, name: string): Promise<Run[]> {
  const wanted = name.toLowerCase();
  const column = wanted.includes("/") ? "lower(owner || '/' || repo)" : "lower(repo)";
  const rows = await db("runs")
    .whereRaw(`${column} = ?`, [wanted])
    .orderByRaw("case when state in ('DONE', 'FAILED') then 1 else 0 end, updated_at desc")
    .limit(20);
  return rows.map((row) => Run.parse(fromRow(row, SHAPE)));
}

export async function countStates(db: Db, repositoryId: number | null): Promise<Map<string, number>> {
  const query = db("runs").groupBy("state").select("state").count("* as count");
  if (repositoryId !== null) query.where({ repository_id: repositoryId, mode: "direct" });
  return new Map((await query).map(({ state, count }) => [String(state), Number(count)]));
}

export type GradeCount = { grade: string; reason: string; count: number };

/** How attempts came out, the most frequent first. */
export async function countGrades(db: Db, repositoryId: number | null): Promise<GradeCount[]> {
  const query = db("attempts")
    .whereNotNull("attempts.grade")
    .groupBy("attempts.grade", "attempts.reason")
    .select("attempts.grade", "attempts.reason")
    .count("* as count")
    .orderBy("count", "desc");
  if (repositoryId !== null)
    query.join("runs", "runs.id", "attempts.run_id").where({
      "runs.repository_id": repositoryId,
      "runs.mode": "direct",
    });
  return (await query).map(({ grade, reason, count }) => ({
    grade: String(grade),
    reason: String(reason),
    count: Number(count),
  }));
}
