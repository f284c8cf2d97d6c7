import { Run } from "../core/run.ts";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

const JSON_FIELDS = ["request", "answered", "fork"];
const SHAPE = { json: JSON_FIELDS, booleans: ["prOpen"] };

export async function insertRun(database: Database, trx: Db, run: Run): Promise<void> {
  const at = database.now(trx);
  await trx("runs").insert({
    ...toRow(run, JSON_FIELDS),
    issue: run.request.issue,
    created_at: at,
    updated_at: at,
    state_since: at,
  });
}

/** Writes what an event made of a run; false when somebody else moved it in between. */
export async function updateRun(database: Database, trx: Db, before: Run, after: Run): Promise<boolean> {
  const at = database.now(trx);
  const since = before.epoch === after.epoch ? {} : { state_since: at };
  const { createdAt, updatedAt, stateSince, ...fields } = after;
  const changed = await trx("runs")
    .where({ id: before.id, version: before.version })
    .update({ ...toRow(fields, JSON_FIELDS), updated_at: at, ...since });
  return changed === 1;
}

export async function findRun(db: Db, id: string): Promise<Run | null> {
  return parseFirst(await db("runs").where({ id }).first());
}

/** The run, locked until the transaction ends. */
export async function lockRun(database: Database, trx: Db, id: string): Promise<Run | null> {
  const query = trx("runs").where({ id }).first();
  // SQLite's transactions begin as writers, so the row is already ours there.
  return parseFirst(await (database.dialect === "postgres" ? query.forUpdate() : query));
}

/** The ids alone, of the runs that changed last. */
export async function listRunIds(db: Db, limit: number): Promise<string[]> {
  const rows: { id: string }[] = await db("runs").orderBy("updated_at", "desc").limit(limit).select("id");
  return rows.map(({ id }) => id);
}

/** Runs that are not over, those longest untouched first. */
export async function listOpenRuns(db: Db, limit: number): Promise<Run[]> {
  return (await db("runs").whereNotIn("state", ["DONE", "FAILED"]).orderBy("updated_at").limit(limit)).map(
    parseRun,
  );
}

/** Runs of a repository that a webhook may be about: by pull request, by published head, by issue. */
export async function findRunsOf(
  db: Db,
  repositoryId: number,
  key: { pr?: number; sha?: string; issue?: number },
): Promise<Run[]> {
  const query = db("runs").where({ repository_id: repositoryId }).orderBy("created_at", "desc").limit(50);
  if (key.pr !== undefined) query.where({ pr_number: key.pr });
  if (key.sha !== undefined) query.where({ published_sha: key.sha });
  if (key.issue !== undefined) query.where({ issue: key.issue });
  return (await query).map(parseRun);
}

/** Runs that are not over, of these repositories or of a whole installation. */
export async function findOpenRunsIn(
  db: Db,
  where: { repositoryIds: readonly number[] } | { installationId: number },
): Promise<Run[]> {
  const query = db("runs").whereNotIn("state", ["DONE", "FAILED"]).orderBy("created_at").limit(10_000);
  if ("installationId" in where) query.where({ installation_id: where.installationId });
  else query.whereIn("repository_id", [...where.repositoryIds]);
  return (await query).map(parseRun);
}

const DAY_MS = 24 * 3_600_000;

/** Whether a run of that installation is at work or waits for others, or any has been touched in the last days. */
export async function isInstallationUsed(
  database: Database,
  { installationId, days }: { installationId: number; days: number },
): Promise<boolean> {
  const { knex } = database;
  const since = knex.raw("? - ?", [database.now(), days * DAY_MS]);
  const found = await knex("runs")
    .where({ installation_id: installationId })
    .where((one) => one.whereNotIn("state", ["DONE", "FAILED", "PAUSED"]).orWhere("updated_at", ">=", since))
    .first("id");
  return found !== undefined;
}

function parseFirst(row: Record<string, unknown> | undefined): Run | null {
  return row ? parseRun(row) : null;
}

/** The column `issue` repeats what the request says, to be found by. */
export function parseRun(row: Record<string, unknown>): Run {
  return Run.parse(fromRow(row, SHAPE));
}

/** A repository's new names; its id is what runs are found by. */
export async function renameRepository(
  db: Db,
  { owner, repo, repositoryId }: { owner: string; repo: string; repositoryId: number },
): Promise<void> {
  await db("runs").where({ repository_id: repositoryId }).update({ owner, repo });
}
