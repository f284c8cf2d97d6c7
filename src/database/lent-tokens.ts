import { z } from "zod";
import type { Database, Db } from "./connect.ts";
import { runFixed } from "./fixed-statement.ts";
import type { Claim } from "./held-jobs.ts";
import { retryWhileBusy } from "./retry-busy.ts";

/** The app's answer to a runner that asked for a credential for the job that it holds. */
export type LentAnswer = { envelope: string } | { refusal: string };

const Row = z.object({ envelope: z.string().nullable(), refusal: z.string().nullable() });

/**
 * Asking again for the same claim gets a new answer: a token that was lost on the way helps nobody. What an earlier claim
 * did not fetch goes: whoever held it is gone.
 */
export async function saveLent(database: Database, trx: Db, claim: Claim, answer: LentAnswer): Promise<void> {
  await trx("lent_tokens").where({ job_id: claim.jobId }).where("claim_id", "<", claim.claimId).del();
  await trx("lent_tokens")
    .insert({
      ...{ job_id: claim.jobId, claim_id: claim.claimId, envelope: null, refusal: null, ...answer },
      created_at: database.now(trx),
    })
    .onConflict(["job_id", "claim_id"])
    .merge(["envelope", "refusal", "created_at"]);
}

/** The answer, which is gone from the database then; null while there is none. */
export async function takeLent(database: Database, { jobId, claimId }: Claim): Promise<LentAnswer | null> {
  const take = (db: Db) => runFixed(database, db, TAKE, [jobId, claimId]);
  const [row] = await retryWhileBusy(() => take(database.knex));
  if (row === undefined) return null;
  const { envelope, refusal } = Row.parse(row);
  return envelope === null ? { refusal: refusal ?? "no reason was given" } : { envelope };
}

const TAKE = "delete from lent_tokens where job_id = ? and claim_id = ? returning envelope, refusal";

/** Removes answers that nobody fetched: their tokens have died by now. */
export async function trimLent({ knex, now }: Database, keepMs: number): Promise<number> {
  return knex("lent_tokens")
    .where("created_at", "<", knex.raw("? - ?", [now(), keepMs]))
    .del();
}
