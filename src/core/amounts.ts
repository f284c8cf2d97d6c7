import { z } from "zod";

/** What can be spent, each in whole numbers of its unit: tokens, millionths of a US dollar, milliseconds. */
export const BUDGET_KINDS = ["tokens", "cost", "wall"] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** Whose limit it is. A day is one of UTC, by the database's clock. */
export const BUDGET_SCOPES = ["run", "repository_day", "day"] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

export type Amounts = Readonly<Record<BudgetKind, number>>;
export const NO_AMOUNTS: Amounts = { tokens: 0, cost: 0, wall: 0 };

export const MILLIONTHS = 1_000_000;
export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  return { tokens: a.tokens + b.tokens, cost: a.cost + b.cost, wall: a.wall + b.wall };
}

/** An amount for people: `1.2 M`, `$3.50`, `34`; the unit is said by `UNITS`. */
export function figure(kind: BudgetKind, amount: number): string {
  return FIGURES[kind](amount);
}

export const UNITS: Readonly<Record<BudgetKind, string>> = { tokens: "tokens", cost: "", wall: "minutes" };

const FIGURES: Readonly<Record<BudgetKind, (amount: number) => string>> = {
  tokens: (amount) =>
    amount >= 1e6 ? `${short(amount / 1e6)} M` : amount >= 1e4 ? `${short(amount / 1e3)} k` : String(amount),
  cost: (amount) => `$${(amount / MILLIONTHS).toFixed(amount > 0 && amount < 10_000 ? 4 : 2)}`,
  wall: (amount) => short(amount / MINUTE_MS),
};

function short(number: number): string {
  return String(Number(number.toFixed(2)));
}

/** An amount and its unit: `1.2 M tokens`, `$3.50`, `34 minutes`. */
export function inWords(kind: BudgetKind, amount: number): string {
  return `${figure(kind, amount)} ${UNITS[kind]}`.trim();
}

export const Lift = z.object({ kind: z.enum(BUDGET_KINDS), amount: z.number().int().positive() });
export type Lift = z.infer<typeof Lift>;

export const LIFT_FORMS = "+500000, +500k or +1.5M for tokens, +$5 or +5usd for cost, +30m or +2h for time";

type Form = { kind: BudgetKind; pattern: RegExp; unit(suffix: string): number };

/** `m` are minutes and `M` is a million: only here does the case of a letter matter. */
const FORMS: readonly Form[] = [
  { kind: "cost", pattern: /^\+?\$(\d+(?:\.\d+)?)()$/, unit: () => MILLIONTHS },
  { kind: "cost", pattern: /^\+?(\d+(?:\.\d+)?) ?(usd|USD|\$)$/, unit: () => MILLIONTHS },
  {
    kind: "wall",
    pattern: /^\+?(\d+(?:\.\d+)?) ?(m|min|h)$/,
    unit: (suffix) => (suffix === "h" ? 60 * MINUTE_MS : MINUTE_MS),
  },
  {
    kind: "tokens",
    pattern: /^\+?(\d+(?:\.\d+)?) ?([kKM]?)$/,
    unit: (suffix) => (suffix === "" ? 1 : suffix === "M" ? 1e6 : 1e3),
  },
];

const MOST: Amounts = { tokens: 1e12, cost: 1e6 * MILLIONTHS, wall: 1e6 * MINUTE_MS };

/** What `--budget` says, or null when it says nothing that can be added to a limit. */
export function readLift(text: string): Lift | null {
  for (const { kind, pattern, unit } of FORMS) {
    const [, number, suffix = ""] = pattern.exec(text.trim()) ?? [];
    if (number === undefined) continue;
    const amount = Math.round(Number(number) * unit(suffix));
    return amount > 0 && amount <= MOST[kind] ? { kind, amount } : null;
  }
  return null;
}
