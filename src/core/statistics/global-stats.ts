import { MILLIONTHS } from "../amounts.ts";
import { type AttemptGroup, type Division, OUTCOMES, type Outcome, type RunGroup } from "./group-rows.ts";
import { each, percent, type Spread, spreadOf } from "./percentile.ts";

/** Runs and attempts taken together; docs/reports.md explains every field. */
export type StatsGroup = {
  key: string;
  runs: number;
  attempts: number;
  attempts_per_run: number | null;
  /** Of the runs with an attempt that ended: those whose newest one passed. */
  pass_rate_pct: number | null;
  grades: Readonly<Record<string, number>>;
  /** Most frequent first. */
  reasons: { reason: string; count: number }[];
  outcomes: Readonly<Record<Outcome, number>>;
  time_to_pr_ms: Spread;
  time_to_merge_ms: Spread;
  tokens: number;
  /** Of the runs whose price is known; null where it is of none. */
  cost_usd: number | null;
  cost_per_merged_pr_usd: number | null;
  human_touches: number;
  human_touches_per_run: number | null;
};

export type GlobalStats = {
  version: "agentpr.global_stats.v1";
  generated_at: string;
  since: string | null;
  by: Division | null;
  total: StatsGroup;
  /** Empty without `by`; largest first, weeks in their order. */
  groups: StatsGroup[];
};

type Rows = { attempts: readonly AttemptGroup[]; runs: readonly RunGroup[] };

export function globalStats(
  rows: Rows,
  { now, since, by }: { now: number; since: number; by: Division | null },
): GlobalStats {
  const keys = [...new Set([...rows.runs, ...rows.attempts].map((row) => keyText(row.key, by)))];
  const groups = keys.map((key) =>
    groupOf(
      key,
      keptOf(rows, (row) => keyText(row.key, by) === key),
    ),
  );
  return {
    version: "agentpr.global_stats.v1",
    generated_at: new Date(now).toISOString(),
    since: since === 0 ? null : new Date(since).toISOString(),
    by,
    total: groupOf("all", rows),
    groups: by === null ? [] : sorted(groups, by),
  };
}

const DAY_MS = 24 * 3_600_000;

function keyText(key: string | number | null, by: Division | null): string {
  if (by === "week") return new Date((Number(key) * 7 - 3) * DAY_MS).toISOString().slice(0, 10);
  const text = String(key ?? "");
  return text === "" ? "none" : text.replaceAll(",", " + ");
}

function keptOf({ attempts, runs }: Rows, keep: (row: AttemptGroup | RunGroup) => boolean): Rows {
  return { attempts: attempts.filter(keep), runs: runs.filter(keep) };
}

function sorted(groups: readonly StatsGroup[], by: Division): StatsGroup[] {
  const byKey = (a: StatsGroup, b: StatsGroup) => (a.key < b.key ? -1 : 1);
  return groups.toSorted(
    (a, b) => (by === "week" ? 0 : b.runs - a.runs || b.attempts - a.attempts) || byKey(a, b),
  );
}

function groupOf(key: string, rows: Rows): StatsGroup {
  const runs = sum(rows.runs, ({ runs: n }) => n);
  const attempts = sum(rows.attempts, ({ attempts: n }) => n);
  const touches = sum(rows.runs, (row) => row.touches);
  return {
    key,
    runs,
    attempts,
    attempts_per_run: each(attempts, runs),
    pass_rate_pct: percent(
      sum(rows.runs, ({ passed }) => passed),
      sum(rows.runs, ({ tried }) => tried),
    ),
    grades: { PASS: 0, RETRYABLE: 0, HUMAN_REVIEW: 0, ...counted(rows.attempts, ({ grade }) => grade) },
    reasons: Object.entries(counted(rows.attempts, ({ reason }) => reason))
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    outcomes: outcomesOf(rows.runs),
    time_to_pr_ms: spreadOf(rows.runs.flatMap(({ toPr }) => toPr)),
    time_to_merge_ms: spreadOf(rows.runs.flatMap(({ toMerge }) => toMerge)),
    tokens: sum(rows.attempts, ({ tokens }) => tokens),
    ...costs(rows.runs),
    human_touches: touches,
    human_touches_per_run: each(touches, runs),
  };
}

function counted(rows: readonly AttemptGroup[], by: (row: AttemptGroup) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[by(row)] = (counts[by(row)] ?? 0) + row.attempts;
  return counts;
}

function outcomesOf(rows: readonly RunGroup[]): Record<Outcome, number> {
  const of = (wanted: Outcome) =>
    sum(
      rows.filter(({ outcome }) => outcome === wanted),
      ({ runs }) => runs,
    );
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, of(outcome)])) as Record<Outcome, number>;
}

/** All that was spent, failures included, for each pull request that was merged. */
function costs(rows: readonly RunGroup[]): Pick<StatsGroup, "cost_usd" | "cost_per_merged_pr_usd"> {
  if (sum(rows, ({ priced }) => priced) === 0) return { cost_usd: null, cost_per_merged_pr_usd: null };
  const cost = sum(rows, (row) => row.cost) / MILLIONTHS;
  const { merged, merged_after_edits: edited } = outcomesOf(rows);
  return { cost_usd: cost, cost_per_merged_pr_usd: each(cost, merged + edited) };
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}
