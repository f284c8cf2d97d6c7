import type { Allowance } from "./allowance.ts";
import {
  type Amounts,
  addAmounts,
  BUDGET_KINDS,
  BUDGET_SCOPES,
  type BudgetKind,
  type BudgetScope,
  figure,
  inWords,
  type Lift,
  MILLIONTHS,
  MINUTE_MS,
  NO_AMOUNTS,
} from "./amounts.ts";
import { priceOf } from "./cost.ts";
import type { Limits, Policy } from "./policy.ts";

/** What stands in the books of one scope: settled, reserved for attempts under way, and added to the limit by people. */
export type Spent = { used: Amounts; held: Amounts; lifted: Amounts };
export type Books = Readonly<Record<BudgetScope, Spent>>;
export type BudgetFacts = { books: Books; policy: Pick<Policy, "limits" | "prices" | "codex_model"> };

/** Whether another attempt may begin, and what it may spend at most. */
export type BudgetVerdict =
  | { kind: "open"; allowance: Allowance }
  /** Nothing is left, whatever becomes of the attempts under way. */
  | { kind: "over"; why: string }
  /** There is something left, but attempts under way may need it. */
  | { kind: "held"; why: string };

export const NOTHING_SPENT: Spent = { used: NO_AMOUNTS, held: NO_AMOUNTS, lifted: NO_AMOUNTS };
export const EMPTY_BOOKS: Books = { run: NOTHING_SPENT, repository_day: NOTHING_SPENT, day: NOTHING_SPENT };

/** A limit that is set, and how far it is used up. */
export type BudgetLine = { scope: BudgetScope; kind: BudgetKind; used: number; held: number; limit: number };

/** One attempt reserves at most this part of a limit that runs share, so that others can work beside it. */
const SHARE = 4;

export function judgeBudget(facts: BudgetFacts): BudgetVerdict {
  const lines = budgetLines(facts);
  const over = [...unpriced(facts, lines), ...lines.filter(isOver).map(usedInWords)];
  if (over.length > 0) return { kind: "over", why: `budget: ${over.join("; ")}` };
  const allowance = {
    tokens: reservation(lines, "tokens"),
    cost: reservation(lines, "cost"),
    wall: reservation(lines, "wall"),
  };
  const held = lines.filter(
    ({ kind, limit, used, held: reserved }) => used + reserved + (allowance[kind] ?? 0) > limit,
  );
  return held.length === 0
    ? { kind: "open", allowance }
    : { kind: "held", why: `budget: ${held.map(heldInWords).join("; ")}` };
}

/** Every limit that is set; one that is 0 in the policy is none, and nothing lifts it. */
export function budgetLines({ books, policy: { limits } }: BudgetFacts): BudgetLine[] {
  const all = BUDGET_SCOPES.flatMap((scope) =>
    BUDGET_KINDS.map((kind) => ({ scope, kind, base: LIMIT_OF[scope](limits)[kind] })),
  );
  return all
    .filter(({ base }) => base > 0)
    .map(({ scope, kind, base }) => {
      const { used, held, lifted } = books[scope];
      return { scope, kind, used: used[kind], held: held[kind], limit: base + lifted[kind] };
    });
}

export function isOver({ used, limit }: BudgetLine): boolean {
  return used >= limit;
}

/** The books as they would be with more added to one limit. */
export function withLift({ books, policy }: BudgetFacts, scope: BudgetScope, lift: Lift): BudgetFacts {
  const lifted = addAmounts(books[scope].lifted, { ...NO_AMOUNTS, [lift.kind]: lift.amount });
  return { policy, books: { ...books, [scope]: { ...books[scope], lifted } } };
}

/** What is left of each limit, for people. */
export function budgetLeft(facts: BudgetFacts): [label: string, text: string][] {
  return budgetLines(facts).map((line) => {
    const { scope, kind, used, held, limit } = line;
    const left = inWords(kind, Math.max(0, limit - used - held));
    const reserved = held === 0 ? "" : `, ${inWords(kind, held)} reserved for attempts under way`;
    return [LEFT_LABEL[scope], `${left} of ${inWords(kind, limit)}${reserved}`];
  });
}

type ScopeLimits = (limits: Limits) => Amounts;

const LIMIT_OF: Readonly<Record<BudgetScope, ScopeLimits>> = {
  run: ({ run }) => ({ ...shared(run), wall: Math.round(run.wall_minutes * MINUTE_MS) }),
  repository_day: ({ repository_day }) => shared(repository_day),
  day: ({ day }) => shared(day),
};

function shared({ tokens, cost_usd }: Limits["day"]): Amounts {
  return { tokens, cost: Math.round(cost_usd * MILLIONTHS), wall: 0 };
}

/** A cost that cannot be told cannot be limited, so nothing begins before the policy says the price. */
function unpriced({ policy }: BudgetFacts, lines: readonly BudgetLine[]): string[] {
  const { codex_model: model, prices } = policy;
  if (!lines.some(({ kind }) => kind === "cost") || priceOf(model, prices) !== null) return [];
  return [
    `a cost is limited, but \`prices\` has none for ${model ?? "a model that is not named"}, nor for *`,
  ];
}

/** What is left, whoever holds it now: an attempt that cannot have that much waits for the others. */
function reservation(lines: readonly BudgetLine[], kind: BudgetKind): number | null {
  const own = lines.filter((line) => line.kind === kind);
  if (own.length === 0) return null;
  return Math.min(
    ...own.map(({ scope, used, limit }) =>
      Math.min(limit - used, scope === "run" ? limit : Math.ceil(limit / SHARE)),
    ),
  );
}

const WHO: Readonly<Record<BudgetScope, string>> = {
  run: "the run has",
  repository_day: "today the repository's runs have",
  day: "today all runs together have",
};
const LEFT_LABEL: Readonly<Record<BudgetScope, string>> = {
  run: "left to the run",
  repository_day: "left to the repository today",
  day: "left to all runs today",
};

function usedInWords({ scope, kind, used, limit }: BudgetLine): string {
  return `${WHO[scope]} used ${figure(kind, used)} of ${inWords(kind, limit)}`;
}

function heldInWords(line: BudgetLine): string {
  return `${usedInWords(line)}, and attempts under way hold ${inWords(line.kind, line.held)}`;
}
