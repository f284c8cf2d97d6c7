import { z } from "zod";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const Runner = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  capacity: z.number().int(),
  approved: z.boolean(),
  /** What credentials would be sealed to, as the runner says now; null for one that can only clone public repositories. */
  publicKey: z.string().nullable(),
  /** The key that a person approved, and the app's signature on that. */
  approvedKey: z.string().nullable(),
  keyMac: z.string().nullable(),
  createdAt: z.number(),
  heartbeatAt: z.number(),
});
export type Runner = z.infer<typeof Runner>;

type Registration = Pick<Runner, "id" | "name" | "version" | "capacity" | "approved"> & {
  publicKey?: string | null;
};

/** Registers a runner or renews its heartbeat; what was approved of it stays as it is. */
export async function saveRunner(database: Database, db: Db, runner: Registration): Promise<void> {
  const now = database.now(db);
  const said = { publicKey: null, ...runner };
  await db("runners")
    .insert({ ...toRow(said), created_at: now, heartbeat_at: now })
    .onConflict("id")
    .merge(["name", "version", "capacity", "public_key", "heartbeat_at"]);
}

export async function findRunner(db: Db, id: string): Promise<Runner | null> {
  const row = await db("runners").where({ id }).first();
  return row ? parseRunner(row) : null;
}

export async function listRunners(db: Db): Promise<Runner[]> {
  return (await db("runners").orderBy("created_at").limit(1_000)).map(parseRunner);
}

/** Approves a runner, with its key where it has one; false when there is no such runner, or it has another key by now. */
export async function approveRunner(
  db: Db,
  id: string,
  enrolled?: { publicKey: string; mac: string },
): Promise<boolean> {
  const which = enrolled ? { id, public_key: enrolled.publicKey } : { id };
  const key = enrolled ? { approved_key: enrolled.publicKey, key_mac: enrolled.mac } : {};
  return (
    (await db("runners")
      .where(which)
      .update({ approved: true, ...key })) === 1
  );
}

function parseRunner(row: Record<string, unknown>): Runner {
  return Runner.parse(fromRow(row, { booleans: ["approved"] }));
}
