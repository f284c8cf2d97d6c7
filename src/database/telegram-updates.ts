import type { Database } from "./connect.ts";

/** Keeps an update until it was dealt with; false when it was dealt with before. */
export async function keepUpdate(database: Database, id: number, payload: unknown): Promise<boolean> {
  const row = { id, payload: JSON.stringify(payload), received_at: database.now() };
  const made = await database.knex("telegram_updates").insert(row).onConflict("id").ignore().returning("id");
  if (made.length > 0) return true;
  const known = await database.knex("telegram_updates").where({ id }).first("payload");
  return known !== undefined && known.payload !== null;
}

/** What was said in it is not kept any longer. */
export async function finishUpdate({ knex }: Database, id: number): Promise<void> {
  await knex("telegram_updates").where({ id }).update({ payload: null });
}

/** What was taken in and not dealt with before the bot ended, oldest first. */
export async function unfinishedUpdates({ knex }: Database): Promise<unknown[]> {
  const rows = await knex("telegram_updates").whereNotNull("payload").orderBy("id").limit(1_000);
  return rows.map(({ payload }) => JSON.parse(payload) as unknown);
}

/** Telegram itself keeps an update for a day, so an older one cannot come again. */
export async function trimUpdates(database: Database, keepMs: number): Promise<void> {
  const before = database.knex.raw("? - ?", [database.now(), keepMs]);
  await database.knex("telegram_updates").where("received_at", "<", before).del();
}
