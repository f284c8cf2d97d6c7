import { createHash } from "node:crypto";
import { z } from "zod";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const Button = z.object({
  chatId: z.number(),
  cardId: z.string().nullable(),
  action: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** It works once. */
  once: z.boolean(),
  usedCause: z.string().nullable(),
  expiresAt: z.number(),
});
export type Button = z.infer<typeof Button>;

export type NewButton = Pick<Button, "chatId" | "cardId" | "action" | "input" | "once"> & {
  /** What Telegram hands back when it is pressed. */
  data: string;
  ttlMs: number;
};

export async function insertButtons(database: Database, buttons: readonly NewButton[]): Promise<void> {
  const { knex } = database;
  const rows = buttons.map(({ chatId, cardId, action, input, once, data, ttlMs }) => ({
    hash: hashOf(data),
    chat_id: chatId,
    card_id: cardId,
    action,
    input: JSON.stringify(input),
    once,
    expires_at: knex.raw("? + ?", [database.now(), ttlMs]),
  }));
  if (rows.length > 0) await knex("buttons").insert(rows);
}

export async function findButton(db: Db, data: string): Promise<Button | null> {
  const row = await db("buttons")
    .where({ hash: hashOf(data) })
    .first();
  if (row === undefined) return null;
  const { hash, ...fields } = fromRow(row, { json: ["input"], booleans: ["once"] });
  return Button.parse(fields);
}

/** Uses a button up; false when somebody was quicker. The same press may come twice. */
export async function takeButton(db: Db, data: string, cause: string): Promise<boolean> {
  const taken = await db("buttons")
    .where({ hash: hashOf(data) })
    .where((free) => free.whereNull("used_cause").orWhere({ used_cause: cause }))
    .update({ used_cause: cause });
  return taken === 1;
}

/** The buttons of a card that it no longer offers; one that it offers again may just be under a finger. */
export async function dropButtons(
  db: Db,
  cardId: string,
  offered: readonly Pick<Button, "action" | "input">[],
): Promise<void> {
  const kept = offered.map(({ action, input }) => [action, JSON.stringify(input)]);
  const old = db("buttons").where({ card_id: cardId, once: true });
  await (kept.length === 0 ? old : old.whereNotIn(["action", "input"], kept)).del();
}

export async function trimButtons(database: Database): Promise<void> {
  await database.knex("buttons").where("expires_at", "<", database.now()).del();
}

function hashOf(data: string): string {
  return createHash("sha256").update(data).digest("hex");
}
