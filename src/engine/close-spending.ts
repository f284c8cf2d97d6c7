import { readAttemptAmounts } from "../database/attempt-amounts.ts";
import type { Database, Db } from "../database/connect.ts";
import { findReservation, listLostReservations, settleReservation } from "../database/spending.ts";
import type { World } from "./world.ts";

/** Puts what an attempt has really spent in the place of what was reserved for it. */
export async function closeSpending(
  database: Database,
  trx: Db,
  key: { runId: string; number: number },
): Promise<void> {
  const reserved = await findReservation(trx, key);
  if (reserved === null) return; // asked for before there were books
  await settleReservation(database, trx, { ...key, amounts: await readAttemptAmounts(trx, reserved) });
}

const MOST = 1_000;

/** Closes what nobody else will close: reservations whose attempt was set aside. Of one run, or of all. */
export async function closeLostSpending({ database, log }: World, runId?: string): Promise<number> {
  const lost = await listLostReservations(database.knex, { ...(runId && { runId }), limit: MOST });
  if (lost.length === 0) return 0;
  return database.transaction(async (trx) => {
    // Looked for again inside the transaction: a run may have gone on in between.
    const still = await listLostReservations(trx, { ...(runId && { runId }), limit: MOST });
    for (const key of still) await closeSpending(database, trx, key);
    log.warn({ reservations: still.length }, "reservations of lost attempts closed");
    return still.length;
  });
}
