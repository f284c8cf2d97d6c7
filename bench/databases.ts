import { join } from "node:path";
import { type EmbeddedServer, startEmbeddedPostgres } from "../demo/postgres.ts";
import { connect } from "../src/database/connect.ts";
import { migrate } from "../src/database/migrations.ts";

export const DIALECTS = ["sqlite", "postgres"] as const;
export type Dialect = (typeof DIALECTS)[number];

export type BenchDatabases = {
  /** The address of a new database with all its tables. */
  fresh(dialect: Dialect): Promise<string>;
  stop(): Promise<void>;
};

/** SQLite files in `dir`, and a Postgres of our own that is started when first asked for. */
export function benchDatabases(dir: string): BenchDatabases {
  let postgres: EmbeddedServer | null = null;
  let count = 0;
  async function address(dialect: Dialect): Promise<string> {
    count += 1;
    if (dialect === "sqlite") return `sqlite:${join(dir, `database-${count}`, "agentpr.db")}`;
    postgres ??= await startEmbeddedPostgres(join(dir, "postgres"));
    return postgres.createDatabase(`bench_${count}`);
  }
  return {
    fresh: async (dialect) => {
      const url = await address(dialect);
      const database = connect(url);
      await migrate(database);
      await database.close();
      return url;
    },
    stop: async () => postgres?.stop(),
  };
}
