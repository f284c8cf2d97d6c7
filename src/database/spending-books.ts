import { z } from "zod";
import {
  type Amounts,
  addAmounts,
  BUDGET_KINDS,
  type BudgetScope,
  type Lift,
  NO_AMOUNTS,
} from "../core/amounts.ts";
import type { Books, Spent } from "../core/budget.ts";
import type { Run } from "../core/run.ts";
import type { Database, Db } from "./connect.ts";
import { today } from "./spending.ts";

type Holder = Pick<Run, "id" | "repositoryId">;

/** What has been spent, reserved and lifted in each scope that a run belongs to, now. */
export async function readBooks(database: Database, db: Db, run: Holder): Promise<Books> {
  const of = (scope: BudgetScope) => readScope(db, scope, whereOf(database, db, run)[scope]);
  return { run: await of("run"), repository_day: await of("repository_day"), day: await of("day") };
}

/** Adds to a limit; for the scopes of a day, until that day ends. */
export async function insertLift(
  database: Database,
  trx: Db,
  { run, scope, lift }: { run: Holder; scope: BudgetScope; lift: Lift },
): Promise<void> {
  await trx("lifts").insert({
    run_id: run.id,
    repository_id: run.repositoryId,
    day: today(database, trx),
    scope,
    kind: lift.kind,
    amount: lift.amount,
    created_at: database.now(trx),
  });
}

type Where = Record<string, unknown>;

function whereOf(database: Database, db: Db, run: Holder): Record<BudgetScope, Where> {
  const day = today(database, db);
  return {
    run: { run_id: run.id },
    repository_day: { repository_id: run.repositoryId, day },
    day: { day },
  };
}

const Sums = z.array(z.object({ status: z.string(), ...sums() }));
const LiftSums = z.array(z.object({ kind: z.enum(BUDGET_KINDS), amount: z.coerce.number() }));

/** Postgres sums whole numbers to a numeric, which comes as text. */
function sums() {
  return { tokens: z.coerce.number(), cost: z.coerce.number(), wall: z.coerce.number() };
}

/** One statement reads settled and reserved together, so that an attempt which settles meanwhile is counted once. */
async function readScope(db: Db, scope: BudgetScope, where: Where): Promise<Spent> {
  const rows = Sums.parse(
    await db("spending").where(where).groupBy("status").select("status").sum({
      tokens: "tokens",
      cost: "cost",
      wall: "wall",
    }),
  );
  const of = (status: string): Amounts => {
    const { tokens, cost, wall } = rows.find((row) => row.status === status) ?? NO_AMOUNTS;
    return { tokens, cost, wall };
  };
  const used = addAmounts(of("settled"), await readAsked(db, where));
  return { used, held: of("reserved"), lifted: await readLifted(db, { ...where, scope }) };
}

const AskedSums = z.object({ tokens: z.coerce.number(), cost: z.coerce.number() });

/** What asking the manager's model has used. */
async function readAsked(db: Db, where: Where): Promise<Amounts> {
  const row = await db("manager_calls").where(where).sum({ tokens: "tokens", cost: "cost" }).first();
  return { ...NO_AMOUNTS, ...AskedSums.parse(row) };
}

async function readLifted(db: Db, where: Where): Promise<Amounts> {
  const rows = await db("lifts").where(where).groupBy("kind").select("kind").sum({ amount: "amount" });
  const lifted = LiftSums.parse(rows).map(({ kind, amount }) => [kind, amount]);
  return { ...NO_AMOUNTS, ...Object.fromEntries(lifted) };
}
