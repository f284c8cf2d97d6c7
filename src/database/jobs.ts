import type { Knex } from "knex";
import { JOBS, Job, type JobRequest, type Lane } from "../core/job.ts";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import { retryWhileBusy } from "./retry-busy.ts";

/** A job that is held: every later write carries its claim id, and is refused once the lease is over. */
export type Claim = { readonly jobId: number; readonly claimId: number };

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

/** Keeps a job; false when the lease is lost and nothing more may be written for it. */
export async function renewLease(database: Database, claim: Claim, leaseMs: number): Promise<boolean> {
  const { knex } = database;
  const lease_until = knex.raw("? + ?", [database.now(), leaseMs]);
  return (await retryWhileBusy(() => held(database, knex, claim).update({ lease_until }))) === 1;
}

/** Ends a job as done; false when the lease is lost. Inside a transaction it fences everything else written there. */
export async function finishJob(database: Database, db: Db, claim: Claim): Promise<boolean> {
  return (
    (await held(database, db, claim).update({
      status: "done",
      finished_at: database.now(db),
      lease_until: null,
    })) === 1
  );
}

export type GiveBack = { why: string; afterMs: number; countsAsTry: boolean };

/** Hands a job back to be tried later; one without tries left becomes a dead letter. */
export async function returnJob(database: Database, db: Db, claim: Claim, back: GiveBack): Promise<boolean> {
  const spent = back.countsAsTry ? "tries >= max_tries" : "1 = 0";
  const changed = await held(database, db, claim).update({
    status: db.raw(`case when ${spent} then 'dead' else 'queued' end`),
    finished_at: db.raw(`case when ${spent} then ? end`, [database.now(db)]),
    tries: db.raw(back.countsAsTry ? "tries" : "tries - 1"),
    run_after: db.raw("? + ?", [database.now(db), back.afterMs]),
    last_error: back.why.slice(0, 4_000),
    worker: null,
    lease_until: null,
  });
  return changed === 1;
}

/** Sets a job aside for a person to look at. */
export async function buryJob(database: Database, db: Db, claim: Claim, why: string): Promise<boolean> {
  const change = {
    status: "dead",
    last_error: why.slice(0, 4_000),
    finished_at: database.now(db),
    lease_until: null,
  };
  return (await held(database, db, claim).update(change)) === 1;
}

/** True while the claim holds; used inside a transaction to fence writes that do not end the job. */
export async function isHeld(database: Database, db: Db, claim: Claim): Promise<boolean> {
  return (await held(database, db, claim).select("id").first()) !== undefined;
}

function held(database: Database, db: Db, { jobId, claimId }: Claim) {
  return db("jobs")
    .where({ id: jobId, claim_id: claimId, status: "leased" })
    .where("lease_until", ">", database.now(db));
}

/** Jobs whose worker fell silent go back to the queue, or to the dead letters when their tries are used up. */
export async function reclaimExpired(database: Database): Promise<number> {
  const { knex } = database;
  return retryWhileBusy(() =>
    knex("jobs")
      .where({ status: "leased" })
      .where("lease_until", "<=", database.now())
      .update({
        status: knex.raw("case when tries >= max_tries then 'dead' else 'queued' end"),
        worker: null,
        lease_until: null,
        last_error: "the worker fell silent and its lease ran out",
      }),
  );
}

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

export async function listJobs(
  db: Db,
  where: Partial<{ run_id: string; status: Job["status"]; kind: string }>,
): Promise<Job[]> {
  return (await db("jobs").where(where).orderBy("id").limit(1_000)).map(parseJob);
}

function parseJob(row: Record<string, unknown>): Job {
  return Job.parse(fromRow(row, { json: ["payload"] }));
}

function isSerialConflict(error: unknown): boolean {
  return error instanceof Error && /jobs_serial|UNIQUE constraint failed: jobs\.serial/.test(error.message);
}

/** A job of that kind waits or is being worked on for the run. */
export async function hasOpenJob(db: Db, runId: string, kind: string): Promise<boolean> {
  return (
    (await db("jobs").where({ run_id: runId, kind }).whereIn("status", ["queued", "leased"]).first("id")) !==
    undefined
  );
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

/** Who holds jobs now. */
export async function listHolders(db: Db): Promise<string[]> {
  const rows = await db("jobs").where({ status: "leased" }).distinct("worker");
  return rows.map((row) => String(row.worker));
}

/** Ends the leases of workers that are known to be dead, without waiting for them to run out. */
export async function endLeases(database: Database, workers: readonly string[]): Promise<number> {
  if (workers.length === 0) return 0;
  const { knex } = database;
  return retryWhileBusy(() =>
    knex("jobs").where({ status: "leased" }).whereIn("worker", workers).update({ lease_until: 0 }),
  );
}
