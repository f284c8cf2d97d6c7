import { storable } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export type Notice = {
  runId: string | null;
  priority: "low" | "normal" | "high" | "urgent";
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
