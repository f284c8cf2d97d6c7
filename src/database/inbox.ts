import type { Database, Db } from "./connect.ts";
import { runFixed } from "./fixed-statement.ts";
import { retryWhileBusy } from "./retry-busy.ts";

export type Delivery = { guid: string; event: string; payload: string };

/** Records a webhook delivery; false when this GUID is known already. */
export async function insertDelivery(database: Database, trx: Db, delivery: Delivery): Promise<boolean> {
  const { guid, event, payload } = delivery;
  return (await runFixed(database, trx, INSERT, [guid, event, payload])).length === 1;
}

const INSERT = `
  insert into inbox (guid, event, payload, status, received_at) values (?, ?, ?, 'waiting', NOW)
  on conflict (guid) do nothing
  returning guid`;

/** A delivery that will never be read; kept so that nobody asks for it again. */
export async function rememberUnread(
  database: Database,
  db: Db,
  { guid, note }: { guid: string; note: string },
): Promise<void> {
  const at = database.now(db);
  await db("inbox")
    .insert({
      guid,
      event: "unread",
      payload: null,
      status: "processed",
      note,
      received_at: at,
      processed_at: at,
    })
    .onConflict("guid")
    .ignore();
}

const MOST_AT_ONCE = 500;

/** Which of these deliveries have been taken in. */
export async function knownGuids(db: Db, guids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let from = 0; from < guids.length; from += MOST_AT_ONCE) {
    const rows = await db("inbox")
      .whereIn("guid", guids.slice(from, from + MOST_AT_ONCE))
      .select("guid");
    for (const { guid } of rows) known.add(guid);
  }
  return known;
}

/** A delivery that waits to be processed; null when it is processed or unknown. */
export async function findWaitingDelivery(db: Db, guid: string): Promise<Delivery | null> {
  const row = await db("inbox").where({ guid, status: "waiting" }).first("guid", "event", "payload");
  return row ?? null;
}

export async function finishDelivery(database: Database, db: Db, guid: string, note: string): Promise<void> {
  const change = { status: "processed", note: note.slice(0, 1_000), processed_at: database.now(db) };
  await retryWhileBusy(() => db("inbox").where({ guid }).update(change));
}

/** Drops payloads of processed deliveries older than `keepMs`; the GUIDs stay, so that a replay is still known. */
export async function trimInbox(database: Database, keepMs: number): Promise<number> {
  const { knex } = database;
  const before = knex.raw("? - ?", [database.now(), keepMs]);
  return retryWhileBusy(() =>
    knex("inbox").where("processed_at", "<", before).whereNotNull("payload").update({ payload: null }),
  );
}

/** Forgets deliveries that were processed before `keepMs` ago, in slices so that nobody waits for long. */
export async function forgetDeliveries(database: Database, keepMs: number): Promise<number> {
  const { knex } = database;
  let forgotten = 0;
  for (;;) {
    const before = knex.raw("? - ?", [database.now(), keepMs]);
    const some = knex("inbox")
      .where({ status: "processed" })
      .where("processed_at", "<", before)
      .select("guid")
      .limit(MOST_AT_ONCE);
    const gone = await retryWhileBusy(() => knex("inbox").whereIn("guid", some).delete());
    forgotten += gone;
    if (gone < MOST_AT_ONCE) return forgotten;
  }
}
