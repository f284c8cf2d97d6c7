import { z } from "zod";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

/** A thread's file as one attempt left it. */
export const Session = z.object({
  runId: z.string(),
  attemptId: z.string(),
  threadId: z.string(),
  /** Of the file as it lies on the runner that wrote it. */
  sha256: z.string(),
  bytes: z.number(),
  /** Compressed and redacted; null where it was too large to be kept. */
  data: z.custom<Uint8Array>((value) => value instanceof Uint8Array).nullable(),
});
export type Session = z.infer<typeof Session>;

/** Takes the place of the run's earlier one. */
export async function saveSession(database: Database, trx: Db, session: Session): Promise<void> {
  const row = { ...toRow(session), created_at: database.now(trx) };
  await trx("sessions").insert(row).onConflict("run_id").merge();
}

export async function readSession(db: Db, runId: string): Promise<Session | null> {
  const row = await db("sessions").where({ run_id: runId }).first();
  return row ? Session.parse(fromRow(row)) : null;
}
