// The two databases every database and engine suite runs on: a SQLite file and a real Postgres.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, jest } from "@jest/globals";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";
import { addDatabase, dropDatabases, inDatabase, type ServerUrl, startTestPostgres } from "./postgres.ts";
import { sharedPostgres } from "./shared-door.ts";

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

export type TestDatabasesOptions = {
  /** A server that no other suite uses, to stop and start it. */
  ownPostgres?: boolean;
};

/** Call at the top of a suite; its databases live as long as the suite does. */
export function testDatabases({ ownPostgres = false }: TestDatabasesOptions = {}): TestDatabases {
  jest.setTimeout(PATIENCE_MS);
  const opened: Database[] = [];
  const added: string[] = [];
  let folder = "";
  let postgres: Promise<SuitePostgres> | null = null;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "agentpr-db-"));
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await (await postgres)?.leave(added);
    await rm(folder, { recursive: true, force: true });
  });
  function server(): Promise<SuitePostgres> {
    postgres ??= enterPostgres(join(folder, "postgres"), ownPostgres);
    return postgres;
  }
  async function address(dialect: Dialect, kind: "migrated" | "empty"): Promise<string> {
    if (dialect === "postgres") {
      const url = await addDatabase(await server(), kind);
      added.push(url);
      return url;
    }
    count += 1;
    const url = `sqlite:${join(folder, `${count}.db`)}`;
    if (kind === "migrated") await inDatabase(url, migrate);
    return url;
  }
  function open(url: string): Database {
    const database = connect(url);
    opened.push(database);
    return database;
  }
  return {
    empty: (dialect) => address(dialect, "empty"),
    fresh: (dialect) => address(dialect, "migrated"),
    open: async (dialect) => open(await address(dialect, "migrated")),
    connect: open,
    restartPostgres: async () => (await server()).restart(),
  };
}

type SuitePostgres = ServerUrl & { restart(): Promise<void>; leave(added: readonly string[]): Promise<void> };

async function enterPostgres(folder: string, own: boolean): Promise<SuitePostgres> {
  const shared = own ? null : await sharedPostgres();
  if (shared === null) {
    const server = await startTestPostgres(folder);
    return { ...server, leave: server.stop };
  }
  const restart = () => Promise.reject(new Error("other suites use this server: ask for ownPostgres"));
  return { ...shared, restart, leave: (added) => dropDatabases(shared, added) };
}
