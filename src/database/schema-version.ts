import { Problem } from "../core/problem.ts";
import type { Database } from "./connect.ts";

/** Every migration of this version, in order. Append-only; migrations.ts has their steps. */
export const MIGRATION_NAMES = [
  "0001_first",
  "0002_marks",
  "0003_spending",
  "0004_removed_artifacts",
  "0005_forks",
  "0006_sessions",
  "0007_lent_tokens",
  "0008_merged_base",
  "0009_api_calls",
  "0010_command_counts",
  "0011_manager",
  "0012_approval_details",
  "0013_telegram",
  "0014_statistics",
  "0017_web",
  "0018_run_lists",
  "0021_awaited_words",
] as const;
export type MigrationName = (typeof MIGRATION_NAMES)[number];

/** Every process but `init-db` calls this first. */
export async function requireMigrated(database: Database): Promise<void> {
  const applied = await appliedNames(database);
  refuseUnknown(applied);
  const missing = MIGRATION_NAMES.filter((name) => !applied.includes(name));
  if (missing.length === 0) return;
  throw new Problem(
    "The database is not ready",
    applied.length === 0 ? "it has no tables yet" : `it lacks ${missing.join(", ")}`,
    "Run: agentpr init-db",
  );
}

export async function refuseNewer(database: Database): Promise<void> {
  refuseUnknown(await appliedNames(database));
}

function refuseUnknown(applied: readonly string[]): void {
  const known: readonly string[] = MIGRATION_NAMES;
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Problem(
    "The database was made by a newer version of agentpr",
    `it has ${unknown.join(", ")}, which this version does not know`,
    "Update agentpr, or point AGENTPR_DATABASE_URL at another database",
  );
}

async function appliedNames({ knex }: Database): Promise<string[]> {
  if (!(await knex.schema.hasTable("migrations"))) return [];
  const rows = await knex<{ name: string }>("migrations").select("name");
  return rows.map((row) => row.name);
}
