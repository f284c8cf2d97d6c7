import { z } from "zod";
import { type Amounts, inWords } from "./amounts.ts";
import { costAt, tokensOf } from "./cost.ts";
import type { Usage } from "./evidence.ts";
import type { Price } from "./policy.ts";

const most = z.number().int().min(0).nullable();

/** The most that one attempt may spend, reserved for it before it is asked for; null is no limit. */
export const Allowance = z.object({ tokens: most, cost: most, wall: most });
export type Allowance = z.infer<typeof Allowance>;
export const UNLIMITED: Allowance = { tokens: null, cost: null, wall: null };

/** How an attempt has used up its tokens or its money, in words; null while there is some left. */
export function overspent({ tokens, cost }: Allowance, usage: Usage, price: Price | null): string | null {
  const used = tokensOf(usage);
  if (tokens !== null && used >= tokens)
    return `it has used ${inWords("tokens", used)} of the ${inWords("tokens", tokens)} that were reserved for it`;
  if (cost === null || price === null || costAt(usage, price) < cost) return null;
  return `it has cost ${inWords("cost", costAt(usage, price))} of the ${inWords("cost", cost)} that was reserved for it`;
}

/** What is left when an earlier try of the same attempt was cut off after spending something. */
export function lessen(allowance: Allowance, spent: Partial<Amounts>): Allowance {
  const left = (of: number | null, by = 0) => (of === null ? null : Math.max(0, of - by));
  return {
    tokens: left(allowance.tokens, spent.tokens),
    cost: left(allowance.cost, spent.cost),
    wall: left(allowance.wall, spent.wall),
  };
}

/** The longest that Codex may take, in milliseconds: the policy's clock, or less where the run has less time left. */
export function longestMs(allowance: Allowance, maxAgentSeconds: number): number | null {
  const clocks = [allowance.wall, maxAgentSeconds === 0 ? null : maxAgentSeconds * 1_000];
  const set = clocks.filter((ms) => ms !== null);
  return set.length === 0 ? null : Math.min(...set);
}
