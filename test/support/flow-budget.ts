// What flows about budgets look at: reservations, and what people are told of figures.
import type { Allowance } from "../../src/core/allowance.ts";
import { type Flow, greet } from "./flow.ts";
import { ours, quiet, type Talk } from "./flow-talk.ts";

/** Every attempt uses so many tokens from now on; what was reserved for each is written down. */
export function spend(flow: Flow, tokens: number, fails: readonly string[] = []): Allowance[] {
  const allowances: Allowance[] = [];
  flow.plan.now = (spec) => {
    allowances.push(spec.allowance);
    return { ...greet(spec), tokens, fails };
  };
  return allowances;
}

export async function answers(flow: Flow, talk: Talk): Promise<string> {
  await quiet(flow);
  return (await ours(flow, talk.issue, "reply")).map(({ body }) => body).join("\n");
}

export async function sticky(flow: Flow, talk: Talk): Promise<string> {
  await quiet(flow);
  return (await ours(flow, talk.issue, "sticky"))[0]?.body ?? "";
}

export async function openReservations({ world }: Flow): Promise<number> {
  return (await world.database.knex("spending").where({ status: "reserved" })).length;
}
