import knex, { type Knex } from "knex";
import { retryWhileBusy } from "./retry-busy.ts";

type Query = {
  sql: string;
  bindings?: unknown[];
  options?: { name?: string };
  response?: unknown;
};
type Runner = { run(): Promise<unknown> };
type SqliteClient = new (
  config: Knex.Config,
) => Knex.Client & {
  _query(connection: Connection, query: Query): Promise<unknown>;
  destroyRawConnection(connection: Connection): Promise<void>;
  runner(builder: unknown): Runner;
};

type Done = (error: Error | null, rows?: unknown) => void;
type Statement = { all(bindings: unknown[], done: Done): void; finalize(done: () => void): void };
type Connection = { prepare(sql: string, done: Done): Statement };

/**
 * knex always sends a plain BEGIN, which fails with SQLITE_BUSY when a reader later writes; ours begin as writers.
 * Statements with a name are prepared once per connection, as Postgres' driver does it. A statement that meets
 * another process's lock is run again, and holds no connection while it waits.
 */
export function immediateSqliteClient(): typeof Knex.Client {
  const probe = knex({ client: "sqlite3", useNullAsDefault: true, connection: { filename: ":memory:" } });
  const Base = probe.client.constructor as SqliteClient;
  void probe.destroy();
  class ImmediateSqlite extends Base {
    override async _query(connection: Connection, query: Query): Promise<unknown> {
      if (query.options?.name !== undefined) return runPrepared(connection, query);
      return super._query(connection, query.sql === "BEGIN;" ? { ...query, sql: "BEGIN IMMEDIATE;" } : query);
    }
    override runner(builder: unknown): Runner {
      // A new runner each time: one that has run keeps its connection, which by then is somebody else's.
      const run = () => retryWhileBusy(() => super.runner(builder).run());
      return Object.assign(super.runner(builder), { run });
    }
    override async destroyRawConnection(connection: Connection): Promise<void> {
      const statements = [...statementsOf(connection).values()];
      await Promise.all(statements.map((one) => new Promise<void>((resolve) => one.finalize(resolve))));
      await super.destroyRawConnection(connection);
    }
  }
  return ImmediateSqlite as unknown as typeof Knex.Client;
}

/** Kept beside the client, which knex copies for every transaction. */
const PREPARED = new WeakMap<Connection, Map<string, Statement>>();

function statementsOf(connection: Connection): Map<string, Statement> {
  const known = PREPARED.get(connection) ?? new Map<string, Statement>();
  PREPARED.set(connection, known);
  return known;
}

async function runPrepared(connection: Connection, query: Query): Promise<Query> {
  const statements = statementsOf(connection);
  const statement = statements.get(query.sql) ?? (await prepare(connection, query.sql));
  statements.set(query.sql, statement);
  query.response = await new Promise((resolve, reject) => {
    statement.all(query.bindings ?? [], (error, rows) => {
      if (!error) return resolve(rows);
      // One that met a lock stays half run: it would keep what others write from being committed, then undo it.
      statements.delete(query.sql);
      statement.finalize(() => reject(error));
    });
  });
  return query;
}

function prepare(connection: Connection, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    const statement = connection.prepare(sql, (error) => (error ? reject(error) : resolve(statement)));
  });
}
