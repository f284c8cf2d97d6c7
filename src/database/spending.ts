import { z } from "zod";
import type { Allowance } from "../core/allowance.ts";
import { type Amounts, DAY_MS } from "../core/amounts.ts";
import { Price } from "../core/policy.ts";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export type Reservation = {
  runId: string;
  number: number;
  repositoryId: number;
  allowance: Allowance;
  price: Price | null;
};

/**
 * From here to its end no other transaction can reserve: what is read now is still so when it is written. SQLite's
 * transactions begin as writers, so they are alone by themselves.
 */
export async function lockSpending(database: Database, trx: Db): Promise<void> {
  if (database.dialect === "postgres")
    await trx.raw("select pg_advisory_xact_lock(hashtext('agentpr.spending'))");
}

/** Puts an attempt's most into the books; what is not limited is reserved as nothing, and counted when it is settled. */
export async function insertReservation(
  database: Database,
  trx: Db,
  { runId, number, repositoryId, allowance, price }: Reservation,
): Promise<void> {
  await trx("spending").insert({
    run_id: runId,
    number,
    repository_id: repositoryId,
    day: today(database, trx),
    status: "reserved",
    tokens: allowance.tokens ?? 0,
    cost: allowance.cost ?? 0,
    wall: allowance.wall ?? 0,
    price: price === null ? null : JSON.stringify(price),
    created_at: database.now(trx),
  });
}

/** Real figures take the place of the reservation; what nobody can tell counts as it was reserved. */
export async function settleReservation(
  database: Database,
  trx: Db,
  { runId, number, amounts }: { runId: string; number: number; amounts: Partial<Amounts> },
): Promise<void> {
  await trx("spending")
    .where({ run_id: runId, number })
    .update({ ...amounts, status: "settled", settled_at: database.now(trx) });
}

const Row = z.object({ runId: z.string(), number: z.number().int(), price: Price.nullable() });
export type OpenReservation = z.infer<typeof Row>;

export async function findReservation(
  db: Db,
  key: { runId: string; number: number },
): Promise<OpenReservation | null> {
  const row = await db("spending")
    .where({ run_id: key.runId, number: key.number })
    .first(...COLUMNS);
  return row === undefined ? null : parseRow(row);
}

/** Reservations that nobody will settle: their attempt was set aside or its report was not believed. */
export async function listLostReservations(
  db: Db,
  { runId, limit }: { runId?: string; limit: number },
): Promise<OpenReservation[]> {
  const working = db("jobs")
    .whereRaw("jobs.run_id = spending.run_id")
    .whereIn("kind", ["attempt", "settle"])
    .whereIn("jobs.status", ["queued", "leased"]);
  const query = db("spending").where({ status: "reserved" }).whereNotExists(working).limit(limit);
  if (runId !== undefined) query.where({ run_id: runId });
  return (await query.select(...COLUMNS)).map(parseRow);
}

const COLUMNS = ["run_id", "number", "price"] as const;

function parseRow(row: Record<string, unknown>): OpenReservation {
  return Row.parse(fromRow(row, { json: ["price"] }));
}

/** Days since 1970 by the database's clock; both databases divide whole numbers to a whole number. */
export function today(database: Database, db: Db) {
  return db.raw(`(? / ${DAY_MS})`, [database.now(db)]);
}
