import { z } from "zod";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const Artifact = z.object({
  runId: z.string(),
  attemptId: z.string().nullable(),
  name: z.string(),
  location: z.string(),
  bytes: z.number(),
  createdAt: z.number(),
});
export type Artifact = z.infer<typeof Artifact>;

export async function insertArtifact(
  database: Database,
  db: Db,
  artifact: Omit<Artifact, "createdAt">,
): Promise<void> {
  await db("artifacts").insert({ ...toRow(artifact), created_at: database.now(db) });
}

export async function listArtifacts(db: Db, runId: string): Promise<Artifact[]> {
  const rows = await db("artifacts").where({ run_id: runId }).orderBy("id").limit(5_000);
  return rows.map((row) => Artifact.parse(fromRow(row)));
}
