import type { Job } from "../core/job.ts";
import type { Database, Db } from "./connect.ts";
import { runFixed } from "./fixed-statement.ts";
import type { Claim } from "./held-jobs.ts";
import { parseJob } from "./job-row.ts";

type Order = { id: number; worker: string; leaseMs: number };

/** This very job, now held by `worker`; null when it does not wait any more, or another of its run is held. */
export async function claimExactly(
  database: Database,
  db: Db,
  { id, worker, leaseMs }: Order,
): Promise<Job | null> {
  const [row] = await runFixed(database, db, CLAIM, [worker, leaseMs, id]);
  return row ? parseJob(row) : null;
}

const CLAIM = `
  update jobs
  set status = 'leased', worker = ?, claim_id = claim_id + 1, tries = tries + 1, lease_until = NOW + ?,
    live_key = case when once = 'ever' then live_key end
  where id = ? and status = 'queued'
    and (serial is null
      or not exists (select 1 from jobs l where l.status = 'leased' and l.serial = jobs.serial))
  returning id, kind, lane, run_id, payload, mac, key, status, tries, max_tries, claim_id, worker, created_at`;

/** The newest job of a kind that waits or is held for a run. */
export async function findOpenJob(db: Db, runId: string, kind: string): Promise<Job | null> {
  const open = db("jobs").where({ run_id: runId, kind }).whereIn("status", ["queued", "leased"]);
  const row = await open.orderBy("id", "desc").first();
  return row ? parseJob(row) : null;
}

/** Writes what a held job asks for anew, with the signature that belongs to it. */
export async function rewriteJob(
  db: Db,
  { jobId, claimId }: Claim,
  { payload, mac }: Pick<Job, "payload" | "mac">,
): Promise<void> {
  await db("jobs")
    .where({ id: jobId, claim_id: claimId, status: "leased" })
    .update({ payload: JSON.stringify(payload), mac });
}
