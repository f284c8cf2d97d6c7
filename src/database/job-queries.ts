import type { Job, JobKind, Lane } from "../core/job.ts";
import type { Database, Db } from "./connect.ts";
import { parseJob } from "./job-row.ts";
import { retryWhileBusy } from "./retry-busy.ts";

/** Milliseconds until the next waiting job of a lane may run; null when none waits. */
export async function nextDelay(database: Database, lane: Lane): Promise<number | null> {
  const { knex } = database;
  const row: { at: unknown; now: unknown } = await knex("jobs")
    .where({ lane, status: "queued" })
    .select({ at: knex.raw("min(run_after)"), now: database.now() })
    .first();
  return row.at === null ? null : Math.max(0, Number(row.at) - Number(row.now));
}

export async function findJob(db: Db, id: number): Promise<Job | null> {
  const row = await db("jobs").where({ id }).first();
  return row ? parseJob(row) : null;
}

export async function findNewestJob(db: Db, runId: string, kind: JobKind): Promise<Job | null> {
  const row = await db("jobs").where({ run_id: runId, kind }).orderBy("id", "desc").first();
  return row ? parseJob(row) : null;
}

export async function listJobs(
  db: Db,
  where: Partial<{ run_id: string; status: Job["status"]; kind: string }>,
): Promise<Job[]> {
  return (await db("jobs").where(where).orderBy("id").limit(1_000)).map(parseJob);
}

/** A job of that kind waits or is being worked on for the run. */
export async function hasOpenJob(db: Db, runId: string, kind: string): Promise<boolean> {
  return (
    (await db("jobs").where({ run_id: runId, kind }).whereIn("status", ["queued", "leased"]).first("id")) !==
    undefined
  );
}

/** The app-lane job about a run that is to be done next and is due; of that run, or of any. */
export async function nextDueJob(database: Database, runId: string | null): Promise<Job | null> {
  const { knex } = database;
  const query = knex("jobs")
    .where({ lane: "app", status: "queued" })
    .where("run_after", "<=", database.now())
    .orderBy([{ column: "priority", order: "desc" }, { column: "run_after" }, { column: "id" }]);
  const row = await (runId === null ? query.whereNotNull("run_id") : query.where({ run_id: runId })).first();
  return row ? parseJob(row) : null;
}

/** Removes jobs that ended well longer ago than `keepMs`; orders of attempts stay, because changes refer to them. */
export async function trimJobs(database: Database, keepMs: number): Promise<number> {
  const { knex } = database;
  const before = knex.raw("? - ?", [database.now(), keepMs]);
  return retryWhileBusy(() =>
    knex("jobs")
      .where({ status: "done" })
      .whereNot({ kind: "attempt" })
      .where("finished_at", "<", before)
      .del(),
  );
}

/** The newest dead letter of those kinds that a run has had since then, in words; null when there is none. */
export async function deadLetterSince(
  db: Db,
  runId: string,
  kinds: readonly JobKind[],
  since: number,
): Promise<string | null> {
  const dead = db("jobs")
    .where({ run_id: runId, status: "dead" })
    .whereIn("kind", kinds)
    .where("created_at", ">=", since);
  const row = await dead.orderBy("id", "desc").first("kind", "last_error");
  return row ? `${row.kind} was set aside: ${row.last_error ?? "no reason was kept"}` : null;
}
