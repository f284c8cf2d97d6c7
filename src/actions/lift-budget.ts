import type { BudgetScope, Lift } from "../core/amounts.ts";
import { inWords } from "../core/amounts.ts";
import { type BudgetFacts, budgetLines, isOver, judgeBudget, withLift } from "../core/budget.ts";
import type { Event } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { insertLift, readBooks } from "../database/spending-books.ts";
import { type Advanced, advanceIn } from "../engine/advance.ts";
import type { ActionContext } from "./action.ts";
import { type Actor, mayUse, nameOf } from "./actor.ts";

type Order = { run: Run; event: Event; lift: Lift };
export type Lifted = { advanced: Advanced } | { why: string };

/** A retry that first adds to the limits which stopped the run: both are written, or neither. */
export async function retryWithBudget(context: ActionContext, actor: Actor, order: Order): Promise<Lifted> {
  if (!mayUse(actor, "admin")) return { why: "adding to a budget needs the admin tier" };
  const { world, policyFor } = context;
  const { run, event, lift } = order;
  return world.database.transaction(async (trx) => {
    const facts = { books: await readBooks(world.database, trx, run), policy: policyFor(run) };
    const plan = planLift(facts, lift, actor);
    if ("why" in plan) return plan;
    const advanced = await advanceIn(world, trx, { runId: run.id, event, cause: actor.cause });
    if (advanced.kind !== "moved" && advanced.kind !== "noted") return { advanced };
    for (const scope of plan.scopes) {
      await insertLift(world.database, trx, { run, scope, lift });
      const lifted: Event = { type: "budget.lifted", by: nameOf(actor), scope, ...lift };
      await advanceIn(world, trx, { runId: run.id, event: lifted, cause: `${actor.cause}:budget:${scope}` });
    }
    return { advanced };
  });
}

type Plan = { scopes: BudgetScope[] } | { why: string };

/** The limits that are used up and that this amount would lift; with none of them, the run's own. */
export function planLift(facts: BudgetFacts, lift: Lift, actor: Pick<Actor, "via">): Plan {
  const own = budgetLines(facts).filter(({ kind }) => kind === lift.kind);
  const over = own.filter(isOver);
  const scopes = (over.length > 0 ? over : own.filter(({ scope }) => scope === "run")).map(
    ({ scope }) => scope,
  );
  if (scopes.length === 0)
    return { why: `no limit is used up that ${inWords(lift.kind, lift.amount)} would lift` };
  if (scopes.includes("day") && actor.via !== "cli")
    return { why: "the limit of all runs of a day is the operator's, who lifts it on the command line" };
  const after = judgeBudget(scopes.reduce((lifted, scope) => withLift(lifted, scope, lift), facts));
  return after.kind === "over" ? { why: `that would not be enough: ${after.why}` } : { scopes };
}
