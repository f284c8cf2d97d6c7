// The two databases every database and engine suite runs on: a SQLite file and a real Postgres.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { type EmbeddedServer, startEmbeddedPostgres } from "../../demo/postgres.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";

export const DIALECTS = ["sqlite", "postgres"] as const;
export type Dialect = (typeof DIALECTS)[number];

export type TestDatabases = {
  /** The address of a fresh, migrated database. */
  fresh(dialect: Dialect): Promise<string>;
  /** A connection to a fresh one, closed after the suite. */
  open(dialect: Dialect): Promise<Database>;
  /** Another connection to an existing one. */
  connect(url: string): Database;
};

/** Call at the top of a suite; the servers live as long as the suite does. */
export function testDatabases(): TestDatabases {
  const opened: Database[] = [];
  let folder = "";
  let postgres: EmbeddedServer | null = null;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "agentpr-db-"));
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  async function address(dialect: Dialect): Promise<string> {
    count += 1;
    if (dialect === "sqlite") return `sqlite:${join(folder, `${count}.db`)}`;
    postgres ??= await startEmbeddedPostgres(join(folder, "postgres"));
    return postgres.createDatabase(`test_${count}`);
  }
  function open(url: string): Database {
    const database = connect(url);
    opened.push(database);
    return database;
  }
  async function fresh(dialect: Dialect): Promise<string> {
    const url = await address(dialect);
    const database = connect(url);
    await migrate(database);
    await database.close();
    return url;
  }
  return { fresh, open: async (dialect) => open(await fresh(dialect)), connect: open };
}
