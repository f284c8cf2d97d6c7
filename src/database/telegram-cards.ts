import { z } from "zod";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const CARD_KINDS = ["show", "status", "approval"] as const;
export const Card = z.object({
  id: z.string(),
  chatId: z.number(),
  /** Null until it was sent. */
  messageId: z.number().nullable(),
  runId: z.string(),
  kind: z.enum(CARD_KINDS),
  /** Of the person for whom it was made: the buttons fit it. */
  tier: z.enum(["read", "write", "admin"]),
  bodyHash: z.string(),
  editedAt: z.number(),
});
export type Card = z.infer<typeof Card>;

/** Writes down what a card shows, as of `editedAt`. */
export async function saveCard(database: Database, card: Card): Promise<void> {
  await database
    .knex("cards")
    .insert(toRow(card))
    .onConflict("id")
    .merge(["message_id", "kind", "tier", "body_hash", "edited_at"]);
}

export async function findCard(db: Db, chatId: number, messageId: number): Promise<Card | null> {
  const row = await db("cards").where({ chat_id: chatId, message_id: messageId }).first();
  return row === undefined ? null : Card.parse(fromRow(row));
}

/** A chat's cards of a run whose place a new one takes are not kept up to date any longer. */
export async function dropOlderCards(db: Db, { id, chatId, runId, kind }: Card): Promise<void> {
  await db("cards").where({ chat_id: chatId, run_id: runId, kind }).whereNot({ id }).del();
}

export async function dropCard(db: Db, id: string): Promise<void> {
  await db("cards").where({ id }).del();
}

/** The chat of a simulated session: nothing that is shown there is kept up to date. */
export const SIMULATED_CHAT = 0;

/** The Decision Cards of a run, in whichever chats they stand. */
export async function cardsShowing(db: Db, runId: string): Promise<Card[]> {
  const rows = await db("cards")
    .where({ run_id: runId, kind: "show" })
    .whereNotNull("message_id")
    .orderBy("edited_at", "desc")
    .limit(50);
  return rows.map((row) => Card.parse(fromRow(row)));
}

type Stale = { restMs: number; limit: number };

/** Cards that rested for a while and may no longer be true: their run moved since, or an attempt of it is under way. */
export async function staleCards(database: Database, { restMs, limit }: Stale): Promise<Card[]> {
  const { knex } = database;
  const running = knex("attempts").whereRaw("attempts.run_id = cards.run_id").where({ status: "running" });
  const rows = await knex("cards")
    .join("runs", "runs.id", "cards.run_id")
    .whereNotNull("cards.message_id")
    .whereNot({ chat_id: SIMULATED_CHAT })
    .where("cards.edited_at", "<=", knex.raw("? - ?", [database.now(), restMs]))
    .where((stale) =>
      stale.whereRaw("runs.updated_at >= cards.edited_at").orWhereExists(running.select(knex.raw("1"))),
    )
    .orderBy("cards.edited_at")
    .limit(limit)
    .select("cards.*");
  return rows.map((row) => Card.parse(fromRow(row)));
}
