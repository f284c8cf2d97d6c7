import { statSync } from "node:fs";
import { Problem } from "../core/problem.ts";
import { type ConnectOptions, connect, type Database } from "../database/connect.ts";
import { requireMigrated } from "../database/schema-version.ts";

/** A database that is there and up to date. Looking for one never makes one. */
export async function openDatabase(url: string, options?: ConnectOptions): Promise<Database> {
  refuseWithoutFile(url);
  const database = connect(url, options);
  try {
    await requireMigrated(database);
    return database;
  } catch (error) {
    await database.close();
    throw error instanceof Problem ? error : unreachable(error);
  }
}

function refuseWithoutFile(url: string): void {
  const file = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : null;
  if (file === null) return;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined)
    throw new Problem("There is no database yet", `${file} does not exist`, "Run: agentpr init-db");
  if (!found.isFile())
    throw new Problem(`${file} is no database`, "it is not a file", "Correct --db or AGENTPR_DATABASE_URL");
}

/** The driver's words may hold the address with its password, so only its code is told. */
function unreachable(error: unknown): Problem {
  const { code } = error as { code?: string };
  return new Problem(
    "The database cannot be used",
    `it answered ${code ?? "with an error"}`,
    "Check --db or AGENTPR_DATABASE_URL, and that the database runs and may be reached",
  );
}
