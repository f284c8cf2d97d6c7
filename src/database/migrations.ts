import type { Knex } from "knex";
import { Problem } from "../core/problem.ts";
import type { Database } from "./connect.ts";
import { createTables } from "./migrations/0001-first.ts";
import { createMarks } from "./migrations/0002-marks.ts";
import { createSpending } from "./migrations/0003-spending.ts";
import { removedArtifacts } from "./migrations/0004-removed-artifacts.ts";
import { addForks } from "./migrations/0005-forks.ts";
import { createSessions } from "./migrations/0006-sessions.ts";
import { createLentTokens } from "./migrations/0007-lent-tokens.ts";
import { addMergedBase } from "./migrations/0008-merged-base.ts";
import { createApiCalls } from "./migrations/0009-api-calls.ts";
import { createCommandCounts } from "./migrations/0010-command-counts.ts";
import { createManager } from "./migrations/0011-manager.ts";
import { addApprovalDetails } from "./migrations/0012-approval-details.ts";
import { createTelegram } from "./migrations/0013-telegram.ts";
import { createStatistics } from "./migrations/0014-statistics.ts";
import { createWeb } from "./migrations/0017-web.ts";
import { indexRunLists } from "./migrations/0018-run-lists.ts";
import { addAwaitedWords } from "./migrations/0021-awaited-words.ts";

type Migration = { readonly name: string; up(knex: Knex): Promise<void> };

/** Append-only. Expand first, contract later: the previous version's runner must still be able to claim. */
const MIGRATIONS: readonly Migration[] = [
  { name: "0001_first", up: createTables },
  { name: "0002_marks", up: createMarks },
  { name: "0003_spending", up: createSpending },
  { name: "0004_removed_artifacts", up: removedArtifacts },
  { name: "0005_forks", up: addForks },
  { name: "0006_sessions", up: createSessions },
  { name: "0007_lent_tokens", up: createLentTokens },
  { name: "0008_merged_base", up: addMergedBase },
  { name: "0009_api_calls", up: createApiCalls },
  { name: "0010_command_counts", up: createCommandCounts },
  { name: "0011_manager", up: createManager },
  { name: "0012_approval_details", up: addApprovalDetails },
  { name: "0013_telegram", up: createTelegram },
  { name: "0014_statistics", up: createStatistics },
  { name: "0017_web", up: createWeb },
  { name: "0018_run_lists", up: indexRunLists },
  { name: "0021_awaited_words", up: addAwaitedWords },
];

/** Every migration of this version, in order. */
export function knownMigrations(): string[] {
  return MIGRATIONS.map(({ name }) => name);
}

const migrationSource = {
  getMigrations: () => Promise.resolve([...MIGRATIONS]),
  getMigrationName: (migration: Migration) => migration.name,
  getMigration: (migration: Migration) => Promise.resolve({ ...migration, down: refuseDown }),
};

function refuseDown(): Promise<void> {
  throw new Problem("Migrations only go forward", "going back would lose data", "Restore a backup instead");
}

/** Brings the schema to this version. Returns the names of the migrations that ran. */
export async function migrate(database: Database): Promise<string[]> {
  await refuseNewer(database);
  const [, ran] = await database.knex.migrate.latest({ migrationSource, tableName: "migrations" });
  return ran;
}

/** Every process but `init-db` calls this first. */
export async function requireMigrated(database: Database): Promise<void> {
  await refuseNewer(database);
  const applied = await appliedNames(database);
  const missing = MIGRATIONS.filter((migration) => !applied.includes(migration.name));
  if (missing.length === 0) return;
  throw new Problem(
    "The database is not ready",
    applied.length === 0 ? "it has no tables yet" : `it lacks ${missing.map((m) => m.name).join(", ")}`,
    "Run: agentpr init-db",
  );
}

async function refuseNewer(database: Database): Promise<void> {
  const known = knownMigrations();
  const unknown = (await appliedNames(database)).filter((name) => !known.includes(name));
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
