import { z } from "zod";
import { Event, type EventType } from "../core/event.ts";
import { State } from "../core/run.ts";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const Entry = z.object({
  id: z.number(),
  runId: z.string(),
  cause: z.string(),
  event: Event,
  fromState: State,
  toState: State,
  at: z.number(),
});
export type Entry = z.infer<typeof Entry>;

type NewEntry = { runId: string; cause: string; event: Event; from: State; to: State };

/** Appends an event; false when this cause has been journaled for the run before. */
export async function appendEntry(
  database: Database,
  trx: Db,
  { runId, cause, event, from, to }: NewEntry,
): Promise<boolean> {
  const rows = await trx("journal")
    .insert({
      run_id: runId,
      cause,
      type: event.type,
      event: JSON.stringify(event),
      from_state: from,
      to_state: to,
      at: database.now(trx),
    })
    .onConflict(["run_id", "cause"])
    .ignore()
    .returning("id");
  return rows.length === 1;
}

/** A run's history, oldest first. */
export async function readJournal(
  db: Db,
  runId: string,
  options: { types?: EventType[]; after?: number } = {},
): Promise<Entry[]> {
  const query = db("journal").where({ run_id: runId }).orderBy("id").limit(10_000);
  if (options.types) query.whereIn("type", options.types);
  if (options.after !== undefined) query.where("id", ">", options.after);
  return (await query).map((row) => Entry.parse(fromRow(row, { json: ["event"] })));
}

export async function hasCause(db: Db, runId: string, cause: string): Promise<boolean> {
  return (await db("journal").where({ run_id: runId, cause }).first("id")) !== undefined;
}
