import { ADVICE } from "../advice.ts";
import type { Reason } from "../grade.ts";
import type { Outcome } from "./group-rows.ts";
import { each, percent } from "./percentile.ts";

/** An attempt that ended, with what became of its run. */
export type MetricRow = {
  attemptId: string;
  runId: string;
  repository: string;
  promptVersion: string;
  model: string | null;
  /** name@version of each skill. */
  skills: readonly string[];
  grade: string;
  reason: Reason;
  finishedAt: number;
  outcome: Outcome;
  /** Reviews of the run that asked for something. */
  reviews: number;
};

/** What failed of one skill, prompt version or model, and why. */
export type Metrics = {
  name: string;
  attempts: number;
  runs: number;
  pass_rate_pct: number | null;
  grades: Readonly<Record<string, number>>;
  /** The five most frequent reasons for not passing, with what each means. */
  failures: { reason: string; count: number; means: string }[];
  /** Of its runs. */
  outcomes: Readonly<Record<string, number>>;
  reviews_per_run: number | null;
};

export type SkillsMetrics = {
  version: "agentpr.skills_metrics.v1";
  generated_at: string;
  attempts: number;
  runs: number;
  all: Metrics;
  per_skill: Metrics[];
  per_prompt: Metrics[];
  per_model: Metrics[];
  /** The newest attempts that did not pass. */
  latest_failures: { attempt_id: string; run_id: string; repository: string; reason: string; at: string }[];
};

const LATEST = 20;

export function skillsMetrics(rows: readonly MetricRow[], now: number): SkillsMetrics {
  const all = metricsOf("all", rows);
  return {
    version: "agentpr.skills_metrics.v1",
    generated_at: new Date(now).toISOString(),
    ...{ attempts: all.attempts, runs: all.runs, all },
    per_skill: metricsBy(rows, ({ skills }) => (skills.length === 0 ? ["none"] : skills)),
    per_prompt: metricsBy(rows, ({ promptVersion }) => [promptVersion]),
    per_model: metricsBy(rows, ({ model }) => [model ?? "none"]),
    latest_failures: rows
      .filter(({ grade }) => grade !== "PASS")
      .toSorted((a, b) => b.finishedAt - a.finishedAt)
      .slice(0, LATEST)
      .map(({ attemptId, runId, repository, reason, finishedAt }) => ({
        ...{ attempt_id: attemptId, run_id: runId, repository, reason },
        at: new Date(finishedAt).toISOString(),
      })),
  };
}

/** An attempt with two skills counts for both; the worst first. */
function metricsBy(rows: readonly MetricRow[], names: (row: MetricRow) => readonly string[]): Metrics[] {
  const all = new Set(rows.flatMap(names));
  return [...all]
    .map((name) =>
      metricsOf(
        name,
        rows.filter((row) => names(row).includes(name)),
      ),
    )
    .toSorted((a, b) => (a.pass_rate_pct ?? 0) - (b.pass_rate_pct ?? 0) || (a.name < b.name ? -1 : 1));
}

function metricsOf(name: string, rows: readonly MetricRow[]): Metrics {
  const runs = [...new Map(rows.map((row) => [row.runId, row])).values()];
  const reviews = runs.reduce((sum, row) => sum + row.reviews, 0);
  const failed = countedBy(
    rows.filter(({ grade }) => grade !== "PASS"),
    ({ reason }) => reason,
  );
  const grades = countedBy(rows, ({ grade }) => grade);
  return {
    ...{ name, attempts: rows.length, runs: runs.length },
    pass_rate_pct: percent(grades.PASS ?? 0, rows.length),
    grades,
    failures: Object.entries(failed)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([reason, count]) => ({ reason, count, means: ADVICE[reason as Reason].means })),
    outcomes: countedBy(runs, ({ outcome }) => outcome),
    reviews_per_run: each(reviews, runs.length),
  };
}

function countedBy<T>(rows: readonly T[], by: (row: T) => string): Record<string, number> {
  const groups = Map.groupBy(rows, by);
  return Object.fromEntries([...groups].map(([name, own]) => [name, own.length]));
}
