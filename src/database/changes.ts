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
  return parseChange(await db("changes").where({ id }).first());
}

/** The change of a run that is that commit; the newest, should the same commit have been sealed twice. */
export async function findChangeOf(db: Db, runId: string, sha: string | null): Promise<StoredChange | null> {
  return parseChange(await db("changes").where({ run_id: runId, sha }).orderBy("created_at", "desc").first());
}

function parseChange(row: Record<string, unknown> | undefined): StoredChange | null {
  if (!row) return null;
  const { acceptedMac, mergedSha, ...fields } = fromRow(row, { json: ["diff"] });
  const change = Change.parse({ ...fields, ...(mergedSha === null ? {} : { mergedSha }) });
  return { ...change, acceptedMac: typeof acceptedMac === "string" ? acceptedMac : null };
}

export async function readBundle(db: Db, id: string): Promise<Buffer | null> {
  const row = await db("changes").where({ id }).first("bundle");
  return row ? Buffer.from(row.bundle) : null;
}

export async function acceptChange(trx: Db, id: string, mac: string): Promise<void> {
  await trx("changes").where({ id }).update({ accepted_mac: mac });
}
