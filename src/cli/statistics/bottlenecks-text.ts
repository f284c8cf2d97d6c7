import type { Bottlenecks } from "../../core/statistics/bottlenecks.ts";
import { paint } from "../paint.ts";
import { type ChartRow, type Column, chartLines, tableLines } from "./table.ts";
import { percentText, sinceText, timeText } from "./words.ts";

/** Bottlenecks for a person: who is waited for, which stage takes long, which runs took longest. */
export function bottlenecksText(report: Bottlenecks, width: number): string {
  const { scanned_runs: runs, analyzed_runs: analysed, attempts, since } = report;
  return [
    `${runs} runs, ${analysed} of them with ${attempts} attempts that ended, ${sinceText(since)}`,
    ...["", paint("bold", "working and waiting"), ...chartLines(timeRows(report), width)],
    ...["", paint("bold", "stages of an attempt"), ...stageTable(report, width)],
    ...["", paint("bold", "slowest runs"), ...runTable(report, width)],
  ].join("\n");
}

function timeRows({ times }: Bottlenecks): ChartRow[] {
  return times
    .filter(({ ms }) => ms > 0)
    .map(({ what, kind, ms, share_pct }) => [
      kind === "working" ? `working: ${what}` : `waiting ${what}`.replace("waiting paused", "paused"),
      ...([timeText(ms), percentText(share_pct)] as const),
      ms,
    ]);
}

function right(...heads: string[]): Column[] {
  return heads.map((head) => ({ head, right: true }));
}

function stageTable({ stages }: Bottlenecks, width: number): string[] {
  const rows = stages.map(({ stage, samples, avg_ms, p50_ms, p90_ms, max_ms, share_pct }) => [
    ...[stage, String(samples), ...[avg_ms, p50_ms, p90_ms, max_ms].map(timeText), percentText(share_pct)],
  ]);
  return tableLines(
    [{ head: "" }, ...right("attempts", "average", "p50", "p90", "max", "share")],
    rows,
    width,
  );
}

function runTable({ slowest_runs: runs }: Bottlenecks, width: number): string[] {
  if (runs.length === 0) return ["  none"];
  const rows = runs.map((run) => [
    ...[run.run_id, `${run.owner}/${run.repo}`, run.state, String(run.attempts)],
    ...[timeText(run.working_ms), timeText(run.waiting_ms)],
    run.top_stage === null ? "–" : `${run.top_stage} ${timeText(run.top_stage_ms)}`,
  ]);
  const columns = [{ head: "run" }, { head: "repo", shrinks: true } as const, { head: "state" }];
  return tableLines(
    [...columns, ...right("attempts", "working", "waiting"), { head: "longest stage" }],
    rows,
    width,
  );
}
