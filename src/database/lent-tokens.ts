import { z } from "zod";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import type { Claim } from "./held-jobs.ts";

/** The app's answer to a runner that asked for a credential for the job that it holds. */
export type LentAnswer = { envelope: string } | { refusal: string };

const Row = z.object({ envelope: z.string().nullable(), refusal: z.string().nullable() });

/** Asking again for the same claim gets a new answer: a token that was lost on the way helps nobody. */
export async function saveLent(database: Database, trx: Db, claim: Claim, answer: LentAnswer): Promise<void> {
  await trx("lent_tokens")
    .insert({
      ...{ job_id: claim.jobId, claim_id: claim.claimId, envelope: null, refusal: null, ...answer },
      created_at: database.now(trx),
    })
    .onConflict(["job_id", "claim_id"])
    .merge(["envelope", "refusal", "created_at"]);
}

/** The answer, which is gone from the database then; null while there is none. */
export async function takeLent(db: Db, { jobId, claimId }: Claim): Promise<LentAnswer | null> {
  const rows = await db("lent_tokens")
    .where({ job_id: jobId, claim_id: claimId })
    .del()
    .returning(["envelope", "refusal"]);
  if (rows.length === 0) return null;
  const { envelope, refusal } = Row.parse(fromRow(rows[0]));
  return envelope === null ? { refusal: refusal ?? "no reason was given" } : { envelope };
}

/** Removes answers that nobody fetched: their tokens have died by now. */
export async function trimLent({ knex, now }: Database, keepMs: number): Promise<number> {
  return knex("lent_tokens")
    .where("created_at", "<", knex.raw("? - ?", [now(), keepMs]))
    .del();
}
