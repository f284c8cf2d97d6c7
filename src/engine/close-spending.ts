import { readAttemptAmounts } from "../database/attempt-amounts.ts";
import type { Database, Db } from "../database/connect.ts";
import {
  findReservation,
  listLostReservations,
  type OpenReservation,
  settleReservation,
} from "../database/spending.ts";
import type { World } from "./world.ts";

/** Puts what an attempt has really spent, by the report that was weighed, in the place of what was reserved for it. */
export async function closeSpending(
  database: Database,
  trx: Db,
  key: { runId: string; number: number },
): Promise<void> {
  const reserved = await findReservation(trx, key);
  if (reserved !== null) await close(database, trx, { ...reserved, believed: true });
}

type Closing = OpenReservation & { believed: boolean };

async function close(database: Database, trx: Db, closing: Closing): Promise<void> {
  const { runId, number } = closing;
  await settleReservation(database, trx, { runId, number, amounts: await readAttemptAmounts(trx, closing) });
}

const MOST = 1_000;

/** Closes what nobody else will close: reservations whose attempt was set aside. Of one run, or of all. */
export async function closeLostSpending({ database, log }: World, runId?: string): Promise<number> {
  const lost = await listLostReservations(database.knex, { ...(runId && { runId }), limit: MOST });
  if (lost.length === 0) return 0;
  return database.transaction(async (trx) => {
    // Looked for again inside the transaction: a run may have gone on in between.
    const still = await listLostReservations(trx, { ...(runId && { runId }), limit: MOST });
    for (const each of still) await close(database, trx, { ...each, believed: false });
    log.warn({ reservations: still.length }, "reservations of lost attempts closed");
    return still.length;
  });
}
