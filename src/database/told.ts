import { z } from "zod";
import { Event } from "../core/event.ts";
import { State } from "../core/run.ts";
import type { Database, Db } from "./connect.ts";
import { readMark } from "./marks.ts";
import type { Notice } from "./notices.ts";

const NewsRow = z.object({
  id: z.number(),
  run_id: z.string(),
  event: z.string().transform((text) => Event.parse(JSON.parse(text))),
  from_state: State,
  to_state: State,
});
export type News = z.infer<typeof NewsRow>;

/** What was journaled after that entry, of all runs, oldest first. */
export async function readNews(db: Db, after: number, limit: number): Promise<News[]> {
  const rows = await db("journal").where("id", ">", after).orderBy("id").limit(limit);
  return rows.map((row) => NewsRow.parse(row));
}

export type StoredNotice = Notice & { id: number };

export async function readNotices(db: Db, after: number, limit: number): Promise<StoredNotice[]> {
  const rows = await db("notices").where("id", ">", after).orderBy("id").limit(limit);
  return rows.map(({ id, run_id, priority, text, cause }) => ({ id, runId: run_id, priority, text, cause }));
}

/** The newest row of each, where telling begins on a database that is not new. */
export async function newestNews(db: Db): Promise<{ journal: number; notices: number }> {
  const [journal] = await db("journal").max("id as id");
  const [notices] = await db("notices").max("id as id");
  return { journal: Number(journal?.id ?? 0), notices: Number(notices?.id ?? 0) };
}

/** Those causes that a chat has been told of already. */
export async function toldOf(db: Db, chatId: number, causes: readonly string[]): Promise<Set<string>> {
  const rows = await db("told")
    .where({ chat_id: chatId })
    .whereIn("cause", [...causes]);
  return new Set(rows.map(({ cause }) => String(cause)));
}

export async function saveTold(database: Database, chatId: number, causes: readonly string[]): Promise<void> {
  if (causes.length === 0) return;
  const rows = [...new Set(causes)].map((cause) => ({ chat_id: chatId, cause, at: database.now() }));
  await database.knex("told").insert(rows).onConflict(["chat_id", "cause"]).ignore();
}

/**
 * Forgets what was told longer ago than that, as far as it cannot be read again: not what stands after the marks, and not the
 * reviews and red heads that a sync may journal anew while a run of that time is open.
 */
export async function trimTold(database: Database, keepMs: number): Promise<number> {
  const { knex } = database;
  const before = knex.raw("? - ?", [database.now(), keepMs]);
  const unread = await oldestUnread(knex);
  const open = await knex("runs").whereNotIn("state", ["DONE", "FAILED"]).min("created_at as at").first();
  const told = knex("told").where("at", "<", before);
  if (unread !== null) told.where("at", "<", unread);
  if (open?.at != null)
    told.where((row) =>
      row
        .where("at", "<", Number(open.at))
        .orWhereNot((cause) => cause.where("cause", "like", "review:%").orWhere("cause", "like", "checks:%")),
    );
  return told.del();
}

/** When the first thing happened that not everybody has been told of; null where there is none. */
async function oldestUnread(db: Db): Promise<number | null> {
  const [journal, notices] = [await readMark(db, "told_journal"), await readMark(db, "told_notices")];
  const entry = await db("journal")
    .where("id", ">", journal ?? 0)
    .orderBy("id")
    .first("at");
  const notice = await db("notices")
    .where("id", ">", notices ?? 0)
    .orderBy("id")
    .first("created_at as at");
  const times = [entry, notice].flatMap((row) => (row === undefined ? [] : [Number(row.at)]));
  return times.length === 0 ? null : Math.min(...times);
}

/** Requests that expire within that time, so that whoever may confirm them hears of it while there is some left. */
export async function expiringApprovals(
  database: Database,
  withinMs: number,
): Promise<{ id: string; runId: string; expiresAt: number }[]> {
  const { knex } = database;
  const now = database.now();
  const rows = await knex("approvals")
    .where({ status: "requested" })
    .where("expires_at", ">", now)
    .where("expires_at", "<=", knex.raw("? + ?", [now, withinMs]))
    .limit(1_000);
  return rows.map(({ id, run_id, expires_at }) => ({ id, runId: run_id, expiresAt: Number(expires_at) }));
}
