import { z } from "zod";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import { retryWhileBusy } from "./retry-busy.ts";

export const WebSession = z.object({
  /** operator: whoever holds a link of the command line; github: an account that GitHub vouched for. */
  kind: z.enum(["operator", "github"]),
  login: z.string(),
});
export type WebSession = z.infer<typeof WebSession>;

type Kept = { tokenHash: string; ttlMs: number };

export async function insertWebSession(
  database: Database,
  { kind, login, tokenHash, ttlMs }: WebSession & Kept,
): Promise<void> {
  const row = { token_hash: tokenHash, kind, login, ...lifeOf(database, ttlMs) };
  await retryWhileBusy(() => database.knex("web_sessions").insert(row));
}

/** Who a session is of; null when it is over or was never begun. */
export async function findWebSession(database: Database, tokenHash: string): Promise<WebSession | null> {
  const row = await database
    .knex("web_sessions")
    .where({ token_hash: tokenHash })
    .where("expires_at", ">", database.now())
    .first("kind", "login");
  return row === undefined ? null : WebSession.parse(fromRow(row));
}

export async function endWebSession(db: Db, tokenHash: string): Promise<void> {
  await retryWhileBusy(() => db("web_sessions").where({ token_hash: tokenHash }).del());
}

export async function insertWebLink(
  database: Database,
  { madeBy, tokenHash, ttlMs }: { madeBy: string } & Kept,
): Promise<void> {
  const row = { token_hash: tokenHash, made_by: madeBy, ...lifeOf(database, ttlMs) };
  await retryWhileBusy(() => database.knex("web_links").insert(row));
}

/** Uses a link up; who made it, or null when it is used, over or unknown. One statement: two cannot both use it. */
export async function useWebLink(database: Database, tokenHash: string): Promise<string | null> {
  const [row] = await retryWhileBusy(() =>
    database
      .knex("web_links")
      .where({ token_hash: tokenHash, used_at: null })
      .where("expires_at", ">", database.now())
      .update({ used_at: database.now() })
      .returning("made_by"),
  );
  return row === undefined ? null : String(row.made_by);
}

/** Forgets sessions and links that are over. */
export async function trimWeb(database: Database): Promise<void> {
  for (const table of ["web_sessions", "web_links"])
    await retryWhileBusy(() => database.knex(table).where("expires_at", "<=", database.now()).del());
}

function lifeOf(database: Database, ttlMs: number) {
  const now = database.now();
  return { created_at: now, expires_at: database.knex.raw("? + ?", [now, ttlMs]) };
}
