import type { Knex } from "knex";
import { JOBS, type Job, type JobRequest, type Lane } from "../core/job.ts";
import type { Database, Db } from "./connect.ts";
import { parseJob } from "./job-row.ts";
import { retryWhileBusy } from "./retry-busy.ts";

export type SignedRequest = JobRequest & { mac: string | null };

/** Asks for work. Asking again for a live key changes nothing, except that the job may start earlier. */
export async function insertJob(database: Database, trx: Db, request: SignedRequest): Promise<void> {
  const now = database.now(trx);
  const runAfter = trx.raw("? + ?", [now, request.delayMs ?? 0]);
  await trx("jobs")
    .insert({
      ...jobRow(request),
      status: "queued",
      tries: 0,
      claim_id: 0,
      run_after: runAfter,
      created_at: now,
    })
    .onConflict("live_key")
    .merge({
      run_after: trx.raw(
        "case when excluded.run_after < jobs.run_after then excluded.run_after else jobs.run_after end",
      ),
    })
    .where("jobs.status", "queued");
}

function jobRow({ kind, runId, payload, key, once, repository, mac }: SignedRequest) {
  const { lane, priority, maxTries } = JOBS[kind];
  return {
    lane,
    kind,
    run_id: runId,
    payload: JSON.stringify(payload),
    mac,
    key,
    live_key: key,
    once,
    serial: runId === null ? null : `${lane}:${runId}`,
    repository: repository ?? null,
    priority,
    max_tries: maxTries,
  };
}

export type ClaimOrder = { lane: Lane; worker: string; leaseMs: number; repositoryCap: number };

/** The best waiting job of a lane, now held by `worker`; null when nothing can be claimed. One statement claims. */
export async function claimJob(database: Database, order: ClaimOrder): Promise<Job | null> {
  if (database.dialect === "postgres" && order.lane === "runner") return claimAlone(database, order);
  return claimOn(database, database.knex, order);
}

/** The cap per repository counts other claims, so on Postgres claims of the runner lane wait for each other. */
function claimAlone(database: Database, order: ClaimOrder): Promise<Job | null> {
  return database.knex.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('agentpr.claim.runner'))");
    return claimOn(database, trx, order);
  });
}

async function claimOn(database: Database, db: Db, order: ClaimOrder): Promise<Job | null> {
  try {
    const rows = await retryWhileBusy(() => claimStatement(database, db, order));
    return rows[0] ? parseJob(rows[0]) : null;
  } catch (error) {
    // Two workers chose jobs of one run at once: the partial unique index let one through. The other looks again later.
    if (isSerialConflict(error)) return null;
    throw error;
  }
}

async function claimStatement(
  database: Database,
  db: Db,
  { lane, worker, leaseMs, repositoryCap }: ClaimOrder,
) {
  const now = database.now(db);
  return db("jobs")
    .where("id", candidate(database, db, lane, repositoryCap))
    .update({
      status: "leased",
      worker,
      claim_id: db.raw("claim_id + 1"),
      tries: db.raw("tries + 1"),
      lease_until: db.raw("? + ?", [now, leaseMs]),
      live_key: db.raw("case when once = 'ever' then live_key end"),
    })
    .returning("*");
}

function candidate(database: Database, db: Db, lane: Lane, repositoryCap: number): Knex.QueryBuilder {
  const query = db("jobs as j")
    .select("id")
    .where({ lane, status: "queued" })
    .where("run_after", "<=", database.now(db))
    .whereRaw(
      "(serial is null or not exists (select 1 from jobs l where l.status = 'leased' and l.serial = j.serial))",
    )
    .whereRaw(
      "(repository is null or (select count(*) from jobs r where r.status = 'leased' and r.repository = j.repository) < ?)",
      [repositoryCap],
    )
    .orderByRaw("priority desc, run_after, id")
    .limit(1);
  // SQLite has one writer, so the UPDATE alone is atomic there; knex refuses skipLocked on it.
  return database.dialect === "postgres" ? query.forUpdate("j").skipLocked() : query;
}

function isSerialConflict(error: unknown): boolean {
  return error instanceof Error && /jobs_serial|UNIQUE constraint failed: jobs\.serial/.test(error.message);
}
