import { existsSync } from "node:fs";
import knex, { type Knex } from "knex";
import type { Database } from "./connect.ts";

/** Writes everything as it is at one moment into a new file, while others go on reading and writing. */
export async function copyInto({ knex: db }: Database, file: string): Promise<void> {
  await db.raw("vacuum into ?", [file]);
}

export type CopyFacts = {
  /** What SQLite finds wrong with the file; nothing, where it is whole. */
  faults: readonly string[];
  migrations: readonly string[];
  /** Rows by table. */
  rows: Readonly<Record<string, number>>;
};

/** Reads a copy from end to end, as SQLite checks a file. */
export async function examineCopy(file: string): Promise<CopyFacts> {
  return withFile(file, async (db) => {
    const checked: { integrity_check: string }[] = await db.raw("pragma integrity_check");
    const orphans: { table: string }[] = await db.raw("pragma foreign_key_check");
    const faults = [
      ...checked.map((row) => row.integrity_check).filter((text) => text !== "ok"),
      ...orphans.map(({ table }) => `a row of ${table} refers to one that is not there`),
    ];
    const names = await db<{ name: string }>("migrations").select("name").orderBy("id");
    return { faults, migrations: names.map(({ name }) => name), rows: await countRows(db) };
  });
}

async function countRows(db: Knex): Promise<Record<string, number>> {
  const tables: { name: string }[] = await db("sqlite_master")
    .where({ type: "table" })
    .whereNot("name", "like", "sqlite\\_%")
    .select("name")
    .orderBy("name");
  const rows: Record<string, number> = {};
  for (const { name } of tables) rows[name] = Number((await db(name).count({ n: "*" }))[0]?.n ?? 0);
  return rows;
}

/** SQLite leaves its write-ahead log only where nobody else has the file open; so it also empties the log into the file. */
export async function closeWriteAheadLog(file: string): Promise<"closed" | "in use"> {
  if (!existsSync(file)) return "closed";
  return withFile(file, async (db) => {
    const [answer]: { journal_mode: string }[] = await db
      .raw("pragma journal_mode = delete")
      .catch(whileBusy);
    return answer?.journal_mode === "delete" ? "closed" : "in use";
  });
}

function whileBusy(error: unknown): { journal_mode: string }[] {
  if (/SQLITE_(BUSY|LOCKED)/.test(String(error))) return [];
  throw error;
}

async function withFile<T>(file: string, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = knex({
    client: "sqlite3",
    useNullAsDefault: true,
    connection: { filename: file },
    pool: { min: 1, max: 1 },
  });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
