import { z } from "zod";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import { retryWhileBusy } from "./retry-busy.ts";

/** Why a file is no longer there: its time was over, or it is none of the sample that is kept. */
export const REMOVED_WHY = ["expired", "not_sampled"] as const;

export const Artifact = z.object({
  id: z.number(),
  runId: z.string(),
  attemptId: z.string().nullable(),
  name: z.string(),
  location: z.string(),
  bytes: z.number(),
  createdAt: z.number(),
  removedAt: z.number().nullable(),
  removedWhy: z.enum(REMOVED_WHY).nullable(),
});
export type Artifact = z.infer<typeof Artifact>;

export type NewArtifact = Pick<Artifact, "runId" | "attemptId" | "name" | "location" | "bytes"> & {
  /** Set for what was made and is not kept: its row says so instead of naming a file that is not there. */
  removedWhy?: Artifact["removedWhy"];
};

/** Records a file. One that takes the place of an earlier file takes the place of its row as well. */
export async function insertArtifact(database: Database, db: Db, artifact: NewArtifact): Promise<void> {
  const { runId: run_id, name, location } = artifact;
  await db("artifacts").where({ run_id, name, location }).del();
  const now = database.now(db);
  const removed = artifact.removedWhy ? { removed_at: now } : {};
  await db("artifacts").insert({ ...toRow(artifact), ...removed, created_at: now });
}

export async function listArtifacts(db: Db, runId: string): Promise<Artifact[]> {
  const rows = await db("artifacts").where({ run_id: runId }).orderBy("id").limit(5_000);
  return rows.map((row) => Artifact.parse(fromRow(row)));
}

export type Repository = { owner: string; repo: string };

/** Repositories that still have artifacts older than that. */
export async function repositoriesWithArtifacts(database: Database, olderMs: number): Promise<Repository[]> {
  return present(database, olderMs).distinct("runs.owner", "runs.repo").limit(10_000);
}

/** A repository's artifacts that are older than that and not removed yet, oldest first. */
export async function listExpiredArtifacts(
  database: Database,
  { owner, repo, olderMs, limit }: Repository & { olderMs: number; limit: number },
): Promise<Artifact[]> {
  const rows = await present(database, olderMs)
    .where({ "runs.owner": owner, "runs.repo": repo })
    .orderBy("artifacts.id")
    .limit(limit)
    .select("artifacts.*");
  return rows.map((row: Record<string, unknown>) => Artifact.parse(fromRow(row)));
}

function present(database: Database, olderMs: number) {
  const { knex } = database;
  return knex("artifacts")
    .join("runs", "runs.id", "artifacts.run_id")
    .whereNull("artifacts.removed_at")
    .where("artifacts.created_at", "<", knex.raw("? - ?", [database.now(), olderMs]));
}

export async function markArtifactsRemoved(
  database: Database,
  ids: readonly number[],
  why: NonNullable<Artifact["removedWhy"]>,
): Promise<void> {
  const change = { removed_at: database.now(), removed_why: why };
  if (ids.length > 0)
    await retryWhileBusy(() =>
      database
        .knex("artifacts")
        .whereIn("id", [...ids])
        .update(change),
    );
}

/** Which of these places an artifact is recorded for, and whether it was removed. */
export async function findLocations(db: Db, locations: readonly string[]): Promise<Map<string, boolean>> {
  const rows: { location: string; removed_at: unknown }[] = await db("artifacts")
    .whereIn("location", [...locations])
    .select("location", "removed_at");
  return new Map(rows.map(({ location, removed_at }) => [location, removed_at !== null]));
}
