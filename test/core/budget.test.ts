import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { addAmounts, BUDGET_KINDS, BUDGET_SCOPES, NO_AMOUNTS } from "../../src/core/amounts.ts";
import {
  type Books,
  type BudgetFacts,
  type BudgetVerdict,
  budgetLeft,
  budgetLines,
  EMPTY_BOOKS,
  judgeBudget,
  NOTHING_SPENT,
  type Spent,
  withLift,
} from "../../src/core/budget.ts";
import { DEFAULT_POLICY, Limits } from "../../src/core/policy.ts";
import { runs } from "../support/proof.ts";

const PRICES = { "*": { input: 1, cached_input: 1, output: 1 } };
const NO_LIMITS = { run: { wall_minutes: 0 } };

function facts(limits: object, books: Partial<Books> = {}, prices = PRICES): BudgetFacts {
  return {
    books: { ...EMPTY_BOOKS, ...books },
    policy: { ...DEFAULT_POLICY, prices, limits: Limits.parse({ ...NO_LIMITS, ...limits }) },
  };
}

function spent(used: object, held: object = {}): Spent {
  return { ...NOTHING_SPENT, used: { ...NO_AMOUNTS, ...used }, held: { ...NO_AMOUNTS, ...held } };
}

const run = (limits: object) => ({ run: { wall_minutes: 0, ...limits } });
const open = (allowance: object): BudgetVerdict => ({
  kind: "open",
  allowance: { tokens: null, cost: null, wall: null, ...allowance },
});

test.each<[string, BudgetFacts, BudgetVerdict]>([
  ["without limits an attempt may spend what it likes", facts({}), open({})],
  [
    "an attempt may have all that is left to its run",
    facts(run({ tokens: 1_000_000 }), { run: spent({ tokens: 300_000 }) }),
    open({ tokens: 700_000 }),
  ],
  [
    "a run that has used its tokens is over, with the figure",
    facts(run({ tokens: 1_000_000 }), { run: spent({ tokens: 1_200_000 }) }),
    { kind: "over", why: "budget: the run has used 1.2 M of 1 M tokens" },
  ],
  [
    "exactly used up is over",
    facts(run({ cost_usd: 2.5 }), { run: spent({ cost: 2_500_000 }) }),
    { kind: "over", why: "budget: the run has used $2.50 of $2.50" },
  ],
  [
    "time is a budget, too",
    facts(run({ wall_minutes: 30 }), { run: spent({ wall: 31 * 60_000 }) }),
    { kind: "over", why: "budget: the run has used 31 of 30 minutes" },
  ],
  [
    "every limit that is used up is named",
    facts(
      { ...run({ tokens: 20_000 }), day: { cost_usd: 1 } },
      { run: spent({ tokens: 20_000 }), day: spent({ cost: 3_000_000 }) },
    ),
    {
      kind: "over",
      why: "budget: the run has used 20 k of 20 k tokens; today all runs together have used $3.00 of $1.00",
    },
  ],
  [
    "of a limit that runs share an attempt may have a quarter",
    facts({ repository_day: { tokens: 1_000_000 } }),
    open({ tokens: 250_000 }),
  ],
  [
    "of the rest of a shared limit it may have all",
    facts({ day: { tokens: 1_000_000 } }, { day: spent({ tokens: 900_000 }) }),
    open({ tokens: 100_000 }),
  ],
  [
    "the narrowest limit decides",
    facts({ ...run({ tokens: 50_000 }), day: { tokens: 1_000_000 } }),
    open({ tokens: 50_000 }),
  ],
  [
    "what others hold may come back, so it is waited for",
    facts({ day: { tokens: 1_000_000 } }, { day: spent({}, { tokens: 900_000 }) }),
    {
      kind: "held",
      why: "budget: today all runs together have used 0 of 1 M tokens, and attempts under way hold 900 k tokens",
    },
  ],
  [
    "a cost that nobody can tell begins nothing",
    facts(run({ cost_usd: 1 }), {}, {} as typeof PRICES),
    {
      kind: "over",
      why: "budget: a cost is limited, but `prices` has none for a model that is not named, nor for *",
    },
  ],
])("%s", (_title, given, verdict) => {
  expect(judgeBudget(given)).toEqual(verdict);
});

test("a lift adds to one limit, and where there is none it makes none", () => {
  const over = facts(run({ tokens: 1_000 }), { run: spent({ tokens: 1_000 }) });

  expect(judgeBudget(withLift(over, "run", { kind: "tokens", amount: 500 }))).toEqual(open({ tokens: 500 }));
  expect(judgeBudget(withLift(over, "day", { kind: "tokens", amount: 500 })).kind).toBe("over");
  expect(budgetLines(withLift(facts({}), "run", { kind: "tokens", amount: 500 }))).toEqual([]);
});

test("what is left is told for each limit that is set", () => {
  const given = facts(
    { run: { wall_minutes: 240, tokens: 2_000_000 }, day: { cost_usd: 10 } },
    { run: spent({ tokens: 500_000, wall: 600_000 }), day: spent({ cost: 2_000_000 }, { cost: 1_500_000 }) },
  );

  expect(budgetLeft(given)).toEqual([
    ["left to the run", "1.5 M tokens of 2 M tokens"],
    ["left to the run", "230 minutes of 240 minutes"],
    ["left to all runs today", "$6.50 of $10.00, $1.50 reserved for attempts under way"],
  ]);
});

type Step = { run: 0 | 1 | 2; end: number | null };

/** Runs of two repositories on one day; an attempt ends with some part of what it was allowed, or a little more. */
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    run: fc.constantFrom(0, 1, 2),
    end: fc.option(fc.double({ min: 0, max: 1.1, noNaN: true })),
  }),
  { maxLength: 60 },
);
const limits = fc.record({
  run: fc.record({ wall_minutes: fc.constant(0), tokens: fc.nat(2_000), cost_usd: fc.constant(0) }),
  repository_day: fc.record({ tokens: fc.nat(5_000), cost_usd: fc.constantFrom(0, 0.002, 0.01) }),
  day: fc.record({ tokens: fc.nat(5_000), cost_usd: fc.constantFrom(0, 0.001, 0.02) }),
});
type Entry = { run: number; status: "reserved" | "settled"; tokens: number; cost: number };

const repositoryOf = (of: number) => Math.min(of, 1);

function booksOf(entries: readonly Entry[], of: number): Books {
  const sum = (mine: (entry: Entry) => boolean, status: Entry["status"]) =>
    entries
      .filter((entry) => entry.status === status && mine(entry))
      .reduce((all, { tokens, cost }) => addAmounts(all, { tokens, cost, wall: 0 }), NO_AMOUNTS);
  const scope = (mine: (entry: Entry) => boolean): Spent => ({
    ...NOTHING_SPENT,
    used: sum(mine, "settled"),
    held: sum(mine, "reserved"),
  });
  return {
    run: scope((entry) => entry.run === of),
    repository_day: scope((entry) => repositoryOf(entry.run) === repositoryOf(of)),
    day: scope(() => true),
  };
}

test("in any order of beginning and ending, nothing is reserved beyond a limit, and nobody waits for nothing", () => {
  fc.assert(
    fc.property(limits, steps, (limited, order) => {
      const entries: Entry[] = [];
      for (const { run: of, end } of order) {
        const own = entries.find((entry) => entry.run === of && entry.status === "reserved");
        if (own !== undefined) {
          const part = end ?? 0;
          const [tokens, cost] = [Math.round(own.tokens * part), Math.round(own.cost * part)];
          Object.assign(own, { tokens, cost, status: "settled" });
          continue;
        }
        const given = facts(limited, booksOf(entries, of));
        const verdict = judgeBudget(given);
        if (verdict.kind === "held") expect(entries.some(({ status }) => status === "reserved")).toBe(true);
        if (verdict.kind !== "open") continue;
        const { tokens, cost } = verdict.allowance;
        entries.push({ run: of, status: "reserved", tokens: tokens ?? 0, cost: cost ?? 0 });
        for (const line of budgetLines(facts(limited, booksOf(entries, of)))) {
          expect(line.used + line.held).toBeLessThanOrEqual(line.limit);
          expect(verdict.allowance[line.kind]).toBeGreaterThan(0);
        }
      }
    }),
    runs({ quick: 300, full: 20_000 }),
  );
});

test("a verdict is over exactly when some limit is used up", () => {
  const amounts = fc.record({ tokens: fc.nat(3_000), cost: fc.nat(30_000), wall: fc.nat(600_000) });
  const books = fc.record(
    Object.fromEntries(
      BUDGET_SCOPES.map((scope) => [scope, fc.record({ used: amounts, held: amounts, lifted: amounts })]),
    ) as Record<keyof Books, fc.Arbitrary<Spent>>,
  );
  fc.assert(
    fc.property(limits, books, (limited, found) => {
      const given = facts(limited, found);
      const lines = budgetLines(given);
      expect(judgeBudget(given).kind === "over").toBe(lines.some(({ used, limit }) => used >= limit));
      expect(lines.every(({ kind }) => BUDGET_KINDS.includes(kind))).toBe(true);
    }),
    runs({ quick: 300, full: 20_000 }),
  );
});
