import type { Knex } from "knex";
import { type BudgetVerdict, judgeBudget } from "../core/budget.ts";
import { priceOf } from "../core/cost.ts";
import { type AttemptSpec, withAllowance } from "../core/packet.ts";
import type { Run } from "../core/run.ts";
import { insertReservation, lockSpending } from "../database/spending.ts";
import { readBooks } from "../database/spending-books.ts";
import type { World } from "../engine/world.ts";

export type Reserved = { kind: "reserved"; spec: AttemptSpec } | Exclude<BudgetVerdict, { kind: "open" }>;

/** Reserves before anything is spent, alone among all who would: the order with its allowance, or why there is none. */
export async function reserve(
  { database }: Pick<World, "database">,
  trx: Knex.Transaction,
  { run, spec }: { run: Run; spec: AttemptSpec },
): Promise<Reserved> {
  const { policy } = spec;
  await lockSpending(database, trx);
  const verdict = judgeBudget({ books: await readBooks(database, trx, run), policy });
  if (verdict.kind !== "open") return verdict;
  await insertReservation(database, trx, {
    runId: run.id,
    number: spec.attempt,
    repositoryId: spec.clone.repositoryId,
    allowance: verdict.allowance,
    price: priceOf(policy.codex_model, policy.prices),
  });
  return { kind: "reserved", spec: withAllowance(spec, verdict.allowance) };
}
