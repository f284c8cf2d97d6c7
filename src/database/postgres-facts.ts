import { z } from "zod";
import type { Database } from "./connect.ts";
import type { CopyFacts } from "./sqlite-copy.ts";

const Named = z.object({ name: z.string() });
const Rows = z.object({ rows: z.array(Named) });

/** Which migrations a Postgres database has, and how many rows its tables have. */
export async function readFacts(database: Database): Promise<Omit<CopyFacts, "faults">> {
  const { knex } = database;
  const names = await knex("migrations").select("name").orderBy("id");
  const rows: Record<string, number> = {};
  for (const name of await listTables(database))
    rows[name] = Number((await knex(name).count({ n: "*" }))[0]?.n ?? 0);
  return { migrations: names.map((row) => Named.parse(row).name), rows };
}

export async function listTables({ knex }: Database): Promise<string[]> {
  const tables = await knex.raw(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  return Rows.parse(tables).rows.map(({ name }) => name);
}

/** How many processes of agentpr are connected beside this one. */
export async function countOthers({ knex }: Database): Promise<number> {
  const row = await knex("pg_stat_activity")
    .whereRaw("datname = current_database() and pid <> pg_backend_pid() and application_name like 'agentpr%'")
    .count({ n: "*" })
    .first();
  return Number(row?.n ?? 0);
}
