import { z } from "zod";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const Chat = z.object({
  id: z.number(),
  /** The run that the chat is about. */
  runId: z.string().nullable(),
  /** The runs of the last list, in its order. */
  listed: z.array(z.string()),
  /** When Telegram said that the bot may not write there. */
  closedAt: z.number().nullable(),
  /** Whose next message is an answer to the reviewers of which run, until when. */
  awaits: z.object({ person: z.number(), run: z.string(), until: z.number() }).nullable(),
});
export type Chat = z.infer<typeof Chat>;

/** What is remembered of a chat; of an unknown one, nothing. */
export async function findChat(db: Db, id: number): Promise<Chat> {
  const row = await db("chats").where({ id }).first();
  if (row === undefined) return { id, runId: null, listed: [], closedAt: null, awaits: null };
  const { updatedAt, ...fields } = fromRow(row, { json: ["listed", "awaits"] });
  return Chat.parse(fields);
}

export function rememberRun(database: Database, id: number, runId: string): Promise<void> {
  return save(database, id, { run_id: runId });
}

export function rememberList(database: Database, id: number, listed: readonly string[]): Promise<void> {
  return save(database, id, { listed: JSON.stringify(listed.slice(0, 1_000)) });
}

export function awaitWords(database: Database, id: number, awaits: Chat["awaits"]): Promise<void> {
  return save(database, id, { awaits: awaits === null ? null : JSON.stringify(awaits) });
}

/** Nothing is sent to a closed chat until somebody there speaks again. */
export function closeChat(database: Database, id: number): Promise<void> {
  return save(database, id, { closed_at: database.now() });
}

export async function reopenChat({ knex }: Database, id: number): Promise<void> {
  await knex("chats").where({ id }).whereNotNull("closed_at").update({ closed_at: null });
}

async function save(database: Database, id: number, change: Record<string, unknown>): Promise<void> {
  const row = { id, listed: "[]", ...change, updated_at: database.now() };
  await database
    .knex("chats")
    .insert(row)
    .onConflict("id")
    .merge([...Object.keys(change), "updated_at"]);
}
