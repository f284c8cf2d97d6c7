import type { GlobalStats, StatsGroup } from "../../core/statistics/global-stats.ts";
import { paint } from "../paint.ts";
import { renderFacts } from "../render.ts";
import { type ChartRow, type Column, chartLines, tableLines } from "./table.ts";
import { dollarText, numberText, percentText, sinceText, timeText } from "./words.ts";

/** Global statistics for a person: what counts most first, then a chart for each distribution, then the groups. */
export function statsText({ total, groups, by, since }: GlobalStats, width: number): string {
  const { runs, attempts } = total;
  const lines = [
    `${runs} runs with ${attempts} attempts, ${sinceText(since)}`,
    ...renderFacts(factsOf(total)),
    ...section("grades", counts(total.grades, attempts), width),
    ...section("reasons", reasonRows(total), width),
    ...section("outcomes", counts(total.outcomes, runs), width),
    ...(by === null ? [] : ["", paint("bold", `by ${by}`), ...groupTable(groups, width)]),
  ];
  return lines.join("\n");
}

function factsOf(total: StatsGroup): [string, string][] {
  const { time_to_pr_ms: pr, time_to_merge_ms: merge } = total;
  const spread = ({ samples, p50, p90 }: typeof pr) =>
    samples === 0 ? "–" : `${timeText(p50)} (p90 ${timeText(p90)}, ${samples} runs)`;
  return [
    ["pass rate", percentText(total.pass_rate_pct)],
    ["attempts per run", numberText(total.attempts_per_run)],
    ["time to pull request", spread(pr)],
    ["from there to merge", spread(merge)],
    ["tokens", String(total.tokens)],
    ["cost", dollarText(total.cost_usd)],
    ["cost per merged", dollarText(total.cost_per_merged_pr_usd)],
    ["human touches per run", numberText(total.human_touches_per_run)],
  ];
}

function section(title: string, rows: readonly ChartRow[], width: number): string[] {
  return rows.length === 0 ? [] : ["", paint("bold", title), ...chartLines(rows, width)];
}

function counts(of: Readonly<Record<string, number>>, all: number): ChartRow[] {
  return Object.entries(of)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => row(name.replaceAll("_", " "), count, all));
}

function row(name: string, count: number, all: number): ChartRow {
  return [name, String(count), `${Math.round((count / all) * 100)} %`, count];
}

const MOST_REASONS = 10;

function reasonRows({ reasons, attempts }: StatsGroup): ChartRow[] {
  return reasons.slice(0, MOST_REASONS).map(({ reason, count }) => row(reason, count, attempts));
}

const COLUMNS: readonly Column[] = [
  { head: "", shrinks: true },
  ...["runs", "attempts", "passed", "merged", "to PR", "cost", "per merged", "touches"].map(
    (head): Column => ({ head, right: true }),
  ),
];

function groupTable(groups: readonly StatsGroup[], width: number): string[] {
  const rows = groups.map((group) => [
    ...[group.key, String(group.runs), String(group.attempts), percentText(group.pass_rate_pct)],
    String(group.outcomes.merged + group.outcomes.merged_after_edits),
    group.time_to_pr_ms.samples === 0 ? "–" : timeText(group.time_to_pr_ms.p50),
    ...[dollarText(group.cost_usd), dollarText(group.cost_per_merged_pr_usd)],
    numberText(group.human_touches_per_run),
  ]);
  return tableLines(COLUMNS, rows, width);
}
