import { z } from "zod";
import { fromRow, storable } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const PRIORITIES = ["low", "normal", "high", "urgent"] as const;

export type Notice = {
  runId: string | null;
  priority: (typeof PRIORITIES)[number];
  text: string;
  cause: string;
};

/** Something a person should know; told once per cause. */
export async function insertNotice(
  database: Database,
  db: Db,
  { runId, priority, text, cause }: Notice,
): Promise<void> {
  const words = storable(text.slice(0, 4_000));
  await db("notices")
    .insert({ run_id: runId, priority, text: words, cause, created_at: database.now(db) })
    .onConflict("cause")
    .ignore();
}

export async function listNotices(db: Db, runId: string | null): Promise<Notice[]> {
  const rows = await db("notices").where({ run_id: runId }).orderBy("id").limit(1_000);
  return rows.map(({ run_id, priority, text, cause }) => ({ runId: run_id, priority, text, cause }));
}

/** What the manager told of a run since then, oldest first. Its words are meant for whoever sees the run. */
export async function managerNotices(db: Db, runId: string, since: number): Promise<StoredNotice[]> {
  const query = db("notices").where({ run_id: runId }).where("cause", "like", "manager:%");
  const rows = await query.where("created_at", ">=", since).orderBy("id").limit(20);
  return rows.map((row) => Stored.parse(fromRow(row)));
}

const Stored = z.object({
  id: z.coerce.number(),
  runId: z.string().nullable(),
  priority: z.enum(PRIORITIES),
  text: z.string(),
  cause: z.string(),
  createdAt: z.coerce.number(),
});
export type StoredNotice = z.infer<typeof Stored>;
