import type { Database, Db } from "./connect.ts";

/** What polling last saw of a run's pull request, and when it was last looked at closely. */
export type Poll = { seen: string; lookedAt: number };

export async function findPolls(db: Db, runIds: readonly string[]): Promise<Map<string, Poll>> {
  const rows = await db("polls").whereIn("run_id", [...runIds]);
  return new Map(
    rows.map(({ run_id, seen, looked_at }) => [run_id, { seen, lookedAt: Number(looked_at) }] as const),
  );
}

export async function savePoll(database: Database, db: Db, runId: string, seen: string): Promise<void> {
  const row = { seen, looked_at: database.now(db) };
  await db("polls")
    .insert({ run_id: runId, ...row })
    .onConflict("run_id")
    .merge(row);
}
