import { storable } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import { runFixed } from "./fixed-statement.ts";
import { retryWhileBusy } from "./retry-busy.ts";

/** A job that is held: every later write carries its claim id, and is refused once the lease is over. */
export type Claim = { readonly jobId: number; readonly claimId: number };

/** Keeps a job; false when the lease is lost and nothing more may be written for it. */
export async function renewLease(database: Database, claim: Claim, leaseMs: number): Promise<boolean> {
  const { knex } = database;
  const lease_until = knex.raw("? + ?", [database.now(), leaseMs]);
  return (await retryWhileBusy(() => held(database, knex, claim).update({ lease_until }))) === 1;
}

/** Ends a job as done; false when the lease is lost. Inside a transaction it fences everything else written there. */
export async function finishJob(database: Database, db: Db, { jobId, claimId }: Claim): Promise<boolean> {
  const finish = (on: Db) => runFixed(database, on, FINISH, [jobId, claimId]);
  return (await (db === database.knex ? database.grouped(finish) : finish(db))).length === 1;
}

const FINISH = `
  update jobs set status = 'done', finished_at = NOW, lease_until = null
  where id = ? and claim_id = ? and status = 'leased' and lease_until > NOW
  returning id`;

export type GiveBack = { why: string; afterMs: number; countsAsTry: boolean };

/** Hands a job back to be tried later; one without tries left becomes a dead letter. */
export async function returnJob(database: Database, db: Db, claim: Claim, back: GiveBack): Promise<boolean> {
  const spent = back.countsAsTry ? "tries >= max_tries" : "1 = 0";
  const changed = await held(database, db, claim).update({
    status: db.raw(`case when ${spent} then 'dead' else 'queued' end`),
    finished_at: db.raw(`case when ${spent} then ? end`, [database.now(db)]),
    tries: db.raw(back.countsAsTry ? "tries" : "tries - 1"),
    run_after: db.raw("? + ?", [database.now(db), back.afterMs]),
    last_error: storable(back.why.slice(0, 4_000)),
    worker: null,
    lease_until: null,
  });
  return changed === 1;
}

/** Sets a job aside for a person to look at. */
export async function buryJob(database: Database, db: Db, claim: Claim, why: string): Promise<boolean> {
  const change = {
    status: "dead",
    last_error: storable(why.slice(0, 4_000)),
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
