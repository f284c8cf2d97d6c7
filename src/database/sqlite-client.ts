import knex, { type Knex } from "knex";

type Query = { sql: string };
type SqliteClient = new (
  config: Knex.Config,
) => Knex.Client & { _query(connection: unknown, query: Query): Promise<unknown> };

/** knex always sends a plain BEGIN, which fails with SQLITE_BUSY when a reader later writes; ours begin as writers. */
export function immediateSqliteClient(): typeof Knex.Client {
  const probe = knex({ client: "sqlite3", useNullAsDefault: true, connection: { filename: ":memory:" } });
  const Base = probe.client.constructor as SqliteClient;
  void probe.destroy();
  class ImmediateSqlite extends Base {
    override _query(connection: unknown, query: Query): Promise<unknown> {
      return super._query(connection, query.sql === "BEGIN;" ? { ...query, sql: "BEGIN IMMEDIATE;" } : query);
    }
  }
  return ImmediateSqlite as unknown as typeof Knex.Client;
}
