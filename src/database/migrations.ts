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
import { MIGRATION_NAMES, type MigrationName, refuseNewer } from "./schema-version.ts";

type Up = (knex: Knex) => Promise<void>;
type Migration = { readonly name: MigrationName; readonly up: Up };

/** Expand first, contract later: the previous version's runner must still be able to claim. */
const STEPS: Readonly<Record<MigrationName, Up>> = {
  "0001_first": createTables,
  "0002_marks": createMarks,
  "0003_spending": createSpending,
  "0004_removed_artifacts": removedArtifacts,
  "0005_forks": addForks,
  "0006_sessions": createSessions,
  "0007_lent_tokens": createLentTokens,
  "0008_merged_base": addMergedBase,
  "0009_api_calls": createApiCalls,
  "0010_command_counts": createCommandCounts,
  "0011_manager": createManager,
  "0012_approval_details": addApprovalDetails,
  "0013_telegram": createTelegram,
  "0014_statistics": createStatistics,
  "0017_web": createWeb,
  "0018_run_lists": indexRunLists,
  "0021_awaited_words": addAwaitedWords,
};

const migrationSource = {
  getMigrations: () => Promise.resolve(MIGRATION_NAMES.map((name) => ({ name, up: STEPS[name] }))),
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
