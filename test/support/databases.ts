// The two databases every database and engine suite runs on: a SQLite file and a real Postgres.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, jest } from "@jest/globals";
import { type EmbeddedServer, startEmbeddedPostgres } from "../../demo/postgres.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";

export const DIALECTS = ["sqlite", "postgres"] as const;
export type Dialect = (typeof DIALECTS)[number];

export type TestDatabases = {
  /** The address of a new database without any table. */
  empty(dialect: Dialect): Promise<string>;
  /** The address of a fresh, migrated database. */
  fresh(dialect: Dialect): Promise<string>;
  /** A connection to a fresh one, closed after the suite. */
  open(dialect: Dialect): Promise<Database>;
  /** Another connection to an existing one. */
  connect(url: string): Database;
  /** Stops the Postgres server and starts it again, on the same port. */
  restartPostgres(): Promise<void>;
};

/** A server of its own may take its time to start where others work, too. */
const PATIENCE_MS = 60_000;

/** Call at the top of a suite; the servers live as long as the suite does. */
export function testDatabases(): TestDatabases {
  jest.setTimeout(PATIENCE_MS);
  const opened: Database[] = [];
  let folder = "";
  let postgres: Promise<TestPostgres> | null = null;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "agentpr-db-"));
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await (await postgres)?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  function server(): Promise<TestPostgres> {
    postgres ??= startTestPostgres(join(folder, "postgres"));
    return postgres;
  }
  async function empty(dialect: Dialect): Promise<string> {
    count += 1;
    if (dialect === "sqlite") return `sqlite:${join(folder, `${count}.db`)}`;
    return (await server()).createDatabase(`empty_${count}`);
  }
  async function fresh(dialect: Dialect): Promise<string> {
    if (dialect === "postgres") return (await server()).copyMigrated();
    const url = await empty(dialect);
    await migrateOnce(url);
    return url;
  }
  function open(url: string): Database {
    const database = connect(url);
    opened.push(database);
    return database;
  }
  return {
    empty,
    fresh,
    open: async (dialect) => open(await fresh(dialect)),
    connect: open,
    restartPostgres: async () => (await server()).restart(),
  };
}

type TestPostgres = EmbeddedServer & { copyMigrated(): Promise<string> };

/** Copies of a database that was migrated once; nothing is flushed, because no test cuts the machine's power. */
async function startTestPostgres(folder: string): Promise<TestPostgres> {
  const server = await startEmbeddedPostgres(folder);
  const template = await server.createDatabase("migrated");
  await migrateOnce(template);
  const admin = await server.createDatabase("admin");
  await inDatabase(admin, async ({ knex }) => {
    for (const setting of ["fsync", "full_page_writes"]) await knex.raw(`alter system set ${setting} = off`);
    await knex.raw("select pg_reload_conf()");
  });
  let copies = 0;
  return {
    ...server,
    copyMigrated: async () => {
      copies += 1;
      const name = `test_${copies}`;
      await inDatabase(admin, ({ knex }) => copied(knex, name));
      return template.replace(/migrated$/, name);
    },
  };
}

/** Postgres refuses to copy a database while a session of it is still on its way out. */
async function copied(knex: Database["knex"], name: string, tries = 5): Promise<void> {
  try {
    await knex.raw(`create database ${name} template migrated`);
  } catch (error) {
    if (tries === 1 || !/being accessed/.test(String(error))) throw error;
    await copied(knex, name, tries - 1);
  }
}

async function migrateOnce(url: string): Promise<void> {
  await inDatabase(url, migrate);
}

async function inDatabase(url: string, work: (database: Database) => PromiseLike<unknown>): Promise<void> {
  const database = connect(url);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
