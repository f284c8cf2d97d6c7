import type { State } from "../run.ts";
import { STAGES } from "./attempt-figures.ts";
import { percent, spreadOf } from "./percentile.ts";
import type { SlowRun, StageRows } from "./stage-rows.ts";

export type StageFigures = {
  stage: string;
  samples: number;
  avg_ms: number;
  p50_ms: number;
  p90_ms: number;
  max_ms: number;
  total_ms: number;
  share_pct: number | null;
};

/** What the time of runs goes into: working, or waiting for somebody. */
export type TimeShare = { what: string; kind: "working" | "waiting"; ms: number; share_pct: number | null };

export type Bottlenecks = {
  version: "agentpr.run_bottlenecks.v1";
  generated_at: string;
  since: string | null;
  scanned_runs: number;
  /** Those with an attempt that ended. */
  analyzed_runs: number;
  attempts: number;
  stages: StageFigures[];
  times: TimeShare[];
  slowest_runs: {
    run_id: string;
    owner: string;
    repo: string;
    state: State;
    prompt_version: string;
    attempts: number;
    working_ms: number;
    waiting_ms: number;
    top_stage: string | null;
    top_stage_ms: number;
  }[];
};

export function bottlenecks(rows: StageRows, { now, since }: { now: number; since: number }): Bottlenecks {
  return {
    version: "agentpr.run_bottlenecks.v1",
    generated_at: new Date(now).toISOString(),
    since: since === 0 ? null : new Date(since).toISOString(),
    scanned_runs: rows.runs,
    analyzed_runs: rows.analysed,
    attempts: rows.attempts,
    stages: stagesOf(rows),
    times: timesOf(rows),
    slowest_runs: rows.slowest.map(slowRun),
  };
}

/** The costliest first. */
function stagesOf({ stages }: StageRows): StageFigures[] {
  const spreads = STAGES.map((stage) => ({ stage, ...spreadOf(stages[stage] ?? []) }));
  const all = spreads.reduce((sum, { total }) => sum + total, 0);
  return spreads
    .map(({ stage, samples, p50, p90, max, total }) => ({
      ...{ stage, samples, avg_ms: samples === 0 ? 0 : Math.round(total / samples) },
      ...{ p50_ms: p50, p90_ms: p90, max_ms: max, total_ms: total, share_pct: percent(total, all) },
    }))
    .toSorted((a, b) => b.total_ms - a.total_ms);
}

/** Who is waited for in a state; where Codex works, only the rest of the time is waiting. */
const WAITS = [
  ["to begin", "QUEUED"],
  ["for approval", "PUSHED"],
  ["for checks", "CI_WAIT"],
  ["for review", "REVIEW_WAIT"],
  ["for a decision of a person", "NEEDS_HUMAN"],
  ["paused", "PAUSED"],
] as const satisfies readonly (readonly [string, State])[];

function timesOf({ states, workingMs, waitedMs }: StageRows): TimeShare[] {
  const timeIn = (wanted: State) => states.find(({ state }) => state === wanted)?.ms ?? 0;
  const busy = timeIn("EXECUTING") + timeIn("ITERATING");
  const waits = [
    ["for a runner", waitedMs],
    ["between attempts", busy - workingMs - waitedMs],
    ...WAITS.map(([what, state]) => [what, timeIn(state)] as const),
  ] as const;
  const rows = [
    { what: "attempts", kind: "working" as const, ms: workingMs },
    ...waits.map(([what, ms]) => ({ what, kind: "waiting" as const, ms: Math.max(0, ms) })),
  ];
  const all = rows.reduce((sum, { ms }) => sum + ms, 0);
  return rows.map((row) => ({ ...row, share_pct: percent(row.ms, all) })).toSorted((a, b) => b.ms - a.ms);
}

function slowRun(run: SlowRun): Bottlenecks["slowest_runs"][number] {
  const [stage = null, ms = 0] = Object.entries(run.stages).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const { runId, owner, repo, state, promptVersion, attempts, workingMs, wallMs } = run;
  return {
    ...{ run_id: runId, owner, repo, state, prompt_version: promptVersion, attempts },
    ...{ working_ms: workingMs, waiting_ms: Math.max(0, wallMs - workingMs) },
    ...{ top_stage: stage, top_stage_ms: ms },
  };
}
