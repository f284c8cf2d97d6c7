import type { Db } from "./connect.ts";

export type MarkName = "deliveries_healed" | "leases_lost" | "told_journal" | "told_notices";

/** How far it has come; null before the first time. */
export async function readMark(db: Db, name: MarkName): Promise<number | null> {
  const row = await db("marks").where({ name }).first("value");
  return row === undefined ? null : Number(row.value);
}

export async function setMark(db: Db, name: MarkName, value: number): Promise<void> {
  await db("marks").insert({ name, value }).onConflict("name").merge();
}

/** As before the first time. */
export async function dropMark(db: Db, name: MarkName): Promise<void> {
  await db("marks").where({ name }).del();
}

/** Counts on from where it stands. */
export async function addToMark(db: Db, name: MarkName, more: number): Promise<void> {
  const value = db.raw("marks.value + ?", [more]);
  await db("marks").insert({ name, value: more }).onConflict("name").merge({ value });
}
