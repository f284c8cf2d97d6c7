import { z } from "zod";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const Runner = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  capacity: z.number().int(),
  approved: z.boolean(),
  createdAt: z.number(),
  heartbeatAt: z.number(),
});
export type Runner = z.infer<typeof Runner>;

/** Registers a runner or renews its heartbeat; its approval stays as it is. */
export async function saveRunner(
  database: Database,
  db: Db,
  runner: Omit<Runner, "createdAt" | "heartbeatAt">,
): Promise<void> {
  const now = database.now(db);
  await db("runners")
    .insert({ ...toRow(runner), created_at: now, heartbeat_at: now })
    .onConflict("id")
    .merge(["name", "version", "capacity", "heartbeat_at"]);
}

export async function findRunner(db: Db, id: string): Promise<Runner | null> {
  const row = await db("runners").where({ id }).first();
  return row ? parseRunner(row) : null;
}

export async function listRunners(db: Db): Promise<Runner[]> {
  return (await db("runners").orderBy("created_at").limit(1_000)).map(parseRunner);
}

export async function approveRunner(db: Db, id: string): Promise<boolean> {
  return (await db("runners").where({ id }).update({ approved: true })) === 1;
}

function parseRunner(row: Record<string, unknown>): Runner {
  return Runner.parse(fromRow(row, { booleans: ["approved"] }));
}
