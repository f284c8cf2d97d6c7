import { Change } from "../core/change.ts";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export type StoredChange = Change & { acceptedMac: string | null };

export async function insertChange(
  database: Database,
  trx: Db,
  change: Change,
  bundle: Buffer,
): Promise<void> {
  await trx("changes").insert({ ...toRow(change, ["diff"]), bundle, created_at: database.now(trx) });
}

export async function findChange(db: Db, id: string): Promise<StoredChange | null> {
  const row = await db("changes").where({ id }).first();
  if (!row) return null;
  const { acceptedMac, ...fields } = fromRow(row, { json: ["diff"] });
  return { ...Change.parse(fields), acceptedMac: typeof acceptedMac === "string" ? acceptedMac : null };
}

export async function readBundle(db: Db, id: string): Promise<Buffer | null> {
  const row = await db("changes").where({ id }).first("bundle");
  return row ? Buffer.from(row.bundle) : null;
}

export async function acceptChange(trx: Db, id: string, mac: string): Promise<void> {
  await trx("changes").where({ id }).update({ accepted_mac: mac });
}
