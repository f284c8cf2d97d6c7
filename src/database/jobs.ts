import { JOBS, type Job, type JobRequest, type Lane } from "../core/job.ts";
import { messageOf } from "../core/problem.ts";
import type { Database, Db } from "./connect.ts";
import { runFixed } from "./fixed-statement.ts";
import { buryJob } from "./held-jobs.ts";
import { parseJob } from "./job-row.ts";
import { insertNotice } from "./notices.ts";

export type SignedRequest = JobRequest & { mac: string | null };

/** Asks for work. Asking again for a live key changes nothing, except that the job may start earlier. */
export async function insertJob(database: Database, trx: Db, request: SignedRequest): Promise<void> {
  const { kind, runId, payload, key, once, repository, mac, delayMs } = request;
  const { lane, priority, maxTries } = JOBS[kind];
  const serial = runId === null ? null : `${lane}:${runId}`;
  await runFixed(database, trx, INSERT, [
    ...[lane, kind, runId, JSON.stringify(payload), mac, key, key, once, serial, repository ?? null],
    ...[priority, maxTries, delayMs ?? 0],
  ]);
}

const INSERT = `
  insert into jobs (lane, kind, run_id, payload, mac, key, live_key, once, serial, repository,
    priority, max_tries, run_after, created_at, status, tries, claim_id)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOW + ?, NOW, 'queued', 0, 0)
  on conflict (live_key) do update
  set run_after = case when excluded.run_after < jobs.run_after then excluded.run_after else jobs.run_after end
  where jobs.status = 'queued'`;

export type ClaimOrder = { lane: Lane; worker: string; leaseMs: number; repositoryCap: number };

/** The best waiting job of a lane, now held by `worker`; null when nothing can be claimed. One statement claims. */
export async function claimJob(database: Database, order: ClaimOrder): Promise<Job | null> {
  try {
    const [row] = await claimRows(database, order);
    return row ? await readClaimed(database, row) : null;
  } catch (error) {
    // Two workers chose jobs of one run at once: the partial unique index let one through. The other looks again later.
    if (isSerialConflict(error)) return null;
    throw error;
  }
}

/** A row that is no job was written by somebody else; left in the queue, it would come first again and again. */
async function readClaimed(database: Database, row: Record<string, unknown>): Promise<Job | null> {
  try {
    return parseJob(row);
  } catch (error) {
    const claim = { jobId: Number(row.id), claimId: Number(row.claim_id) };
    const text = `Job ${claim.jobId} cannot be read and was set aside: ${messageOf(error)}`;
    await insertNotice(database, database.knex, {
      runId: null,
      priority: "urgent",
      text,
      cause: `unreadable:${claim.jobId}`,
    });
    await buryJob(database, database.knex, claim, text);
    return null;
  }
}

/** The cap per repository counts other claims, so on Postgres claims of the runner lane wait for each other. */
function claimRows(database: Database, order: ClaimOrder): Promise<Record<string, unknown>[]> {
  if (database.dialect === "sqlite" || order.lane !== "runner")
    return database.grouped((db) => claimStatement(database, db, order));
  return database.knex.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('agentpr.claim.runner'))");
    return claimStatement(database, trx, order);
  });
}

/** A fixed text: knex takes longer to build it than the database to run it, and partial indexes want literals. */
const CLAIM = `
  update jobs
  set status = 'leased', worker = ?, claim_id = claim_id + 1, tries = tries + 1, lease_until = NOW + ?,
    live_key = case when once = 'ever' then live_key end
  where id = (
    select id from jobs j
    where lane = ? and status = 'queued' and run_after <= NOW
      and (serial is null
        or not exists (select 1 from jobs l where l.status = 'leased' and l.serial = j.serial))
      and (repository is null
        or (select count(*) from jobs r where r.status = 'leased' and r.repository = j.repository) < ?)
    order by priority desc, run_after, id
    limit 1 LOCK
  )
  returning id, kind, lane, run_id, payload, mac, key, status, tries, max_tries, claim_id, worker, created_at`;

// SQLite has one writer, so the UPDATE alone is atomic there.
const CLAIM_ON = {
  sqlite: CLAIM.replace("LOCK", ""),
  postgres: CLAIM.replace("LOCK", "for update of j skip locked"),
} as const;

function claimStatement(
  database: Database,
  db: Db,
  { lane, worker, leaseMs, repositoryCap }: ClaimOrder,
): Promise<Record<string, unknown>[]> {
  return runFixed(database, db, CLAIM_ON[database.dialect], [worker, leaseMs, lane, repositoryCap]);
}

function isSerialConflict(error: unknown): boolean {
  return error instanceof Error && /jobs_serial|UNIQUE constraint failed: jobs\.serial/.test(error.message);
}
