// database: remembers. The only room that writes SQL; it stores and finds, and decides nothing.
// Two dialects, one code: they differ in the claim (jobs.ts), in the wake-up (engine/wake) and in this file.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import knex, { type Knex } from "knex";
import { Problem } from "../core/problem.ts";
import { type Grouped, groupCommit } from "./group-commit.ts";
import { postgresSettings } from "./postgres-client.ts";
import { retryWhileBusy } from "./retry-busy.ts";
import { immediateSqliteClient } from "./sqlite-client.ts";

/** Either the database itself or a transaction on it. */
export type Db = Knex | Knex.Transaction;

export type Database = {
  readonly dialect: "sqlite" | "postgres";
  readonly url: string;
  /** The file of a SQLite database; null on Postgres. */
  readonly file: string | null;
  readonly knex: Knex;
  /** The database server's clock as an SQL expression, in milliseconds since 1970. */
  now(db?: Db): Knex.Raw;
  /** Moves that clock for tests; production never calls it. */
  setClockOffset(ms: number): void;
  /** All writes of one fact, or none. The work may run again, so it touches nothing but the database. */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** One statement of its own. On SQLite those that wait for each other are written together. */
  grouped: Grouped;
  close(): Promise<void>;
};

export type ConnectOptions = {
  /** For changes of the schema: no statement is too long. */
  patient: boolean;
};

/** `sqlite:<path>` or `postgres://…`. The schema is made by `migrate`, not here. */
export function connect(url: string, options: ConnectOptions = { patient: false }): Database {
  if (/^postgres(ql)?:\/\//.test(url)) return connectPostgres(url, options);
  if (url.startsWith("sqlite:")) return connectSqlite(url);
  throw new Problem(
    "AGENTPR_DATABASE_URL is not usable",
    `it begins with neither sqlite: nor postgres://`,
    "Set it to sqlite:<path> or postgres://user:password@host/database",
  );
}

/** knex prints what it also throws. */
const SILENT = {
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  deprecate: () => undefined,
};

function connectSqlite(url: string): Database {
  const file = url.slice("sqlite:".length);
  mkdirSync(dirname(file), { recursive: true });
  const db = knex({
    client: immediateSqliteClient(),
    useNullAsDefault: true,
    connection: { filename: file },
    pool: { min: 1, max: 1, afterCreate: prepareSqlite },
    log: SILENT,
  });
  return database(db, {
    dialect: "sqlite",
    url,
    file,
    nowSql: "cast(unixepoch('subsec') * 1000 as integer)",
  });
}

type SqliteConnection = { exec(sql: string, done: (error: Error | null) => void): void };

function prepareSqlite(
  connection: SqliteConnection,
  done: (error: Error | null, connection: unknown) => void,
): void {
  connection.exec(
    `pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
     pragma busy_timeout = 20; pragma temp_store = memory;`,
    (error) => done(error, connection),
  );
}

function connectPostgres(url: string, options: ConnectOptions): Database {
  const db = knex({
    ...postgresSettings(url, options),
    acquireConnectionTimeout: 15_000,
    log: SILENT,
  });
  const nowSql = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
  return database(db, { dialect: "postgres", url, file: null, nowSql });
}

type Facts = Pick<Database, "dialect" | "url" | "file"> & { nowSql: string };

function database(db: Knex, { nowSql, ...facts }: Facts): Database {
  let offset = 0;
  const transaction: Database["transaction"] = (work) => retryWhileBusy(() => db.transaction(work));
  const alone = (work: (on: Db) => Promise<unknown>) => retryWhileBusy(() => work(db));
  return {
    ...facts,
    knex: db,
    now: (on = db) => on.raw(offset === 0 ? nowSql : `(${nowSql} + ${Math.trunc(offset)})`),
    setClockOffset: (ms) => {
      offset = ms;
    },
    transaction,
    grouped: facts.dialect === "sqlite" ? groupCommit({ alone, transaction }) : (work) => work(db),
    close: () => db.destroy(),
  };
}

/** The present moment by the database server's clock. */
export async function readNow(database: Database, db: Db = database.knex): Promise<number> {
  const row: { now: unknown } = await db.select({ now: database.now(db) }).first();
  return Number(row.now);
}
