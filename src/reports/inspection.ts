import { usageOf } from "../core/digest-numbers.ts";
import type { EventType } from "../core/event.ts";
import { sourceOf } from "../core/event-source.ts";
import type { Policy } from "../core/policy.ts";
import type { Attempt } from "../database/attempts.ts";
import type { Entry } from "../database/journal.ts";

export type InspectedAttempt = {
  number: number;
  status: Attempt["status"];
  runner: string;
  started_at: number;
  duration_ms: number | null;
  grade: string | null;
  reason: string | null;
  /** With publishing, which is not the runner's: from the sealed change to its branch on GitHub. */
  stages: { stage: string; duration_ms: number }[];
  usage: ReturnType<typeof usageOf> | null;
  commands: { command: string; exit_code: number | null; duration_ms: number | null }[];
};
export type Inspection = {
  attempts: InspectedAttempt[];
  /** What moved the run or asked for an attempt, and who decided it. */
  decisions: { at: number; event: EventType; to: string; source: string }[];
  /** Sums over all attempts; no cost where one of them has no price. */
  totals: { attempts: number; working_ms: number; wall_ms: number; tokens: number; cost_usd: number | null };
};

type Rows = {
  attempts: readonly Attempt[];
  journal: readonly Entry[];
  prices: Policy["prices"];
  commandLimit: number;
};

/** A run's attempts, decisions and sums, from its rows alone. */
export function inspectRows(rows: Rows): Inspection {
  const attempts = rows.attempts.map((attempt) => inspectAttempt(attempt, rows));
  return { attempts, decisions: decisionsIn(rows.journal), totals: totalsOf(attempts, rows.journal) };
}

function inspectAttempt(attempt: Attempt, { journal, prices, commandLimit }: Rows): InspectedAttempt {
  const { number, status, runner, startedAt, finishedAt, report } = attempt;
  const published = publishMs(journal, number);
  return {
    ...{ number, status, runner, started_at: startedAt },
    duration_ms: finishedAt === null ? null : finishedAt - startedAt,
    grade: report?.grade.grade ?? null,
    reason: report?.grade.reason ?? null,
    stages: [
      ...(report?.stages ?? []).map(({ name, ms }) => ({ stage: name, duration_ms: ms })),
      ...(published === null ? [] : [{ stage: "publish", duration_ms: published }]),
    ],
    usage: report && usageOf(report, prices),
    commands: (report?.evidence.commands ?? [])
      .slice(-commandLimit)
      .map(({ command, exitCode, durationMs }) => ({
        command,
        exit_code: exitCode,
        duration_ms: durationMs,
      })),
  };
}

/** Between this attempt's sealed change and its branch on GitHub; null where it was not published. */
function publishMs(journal: readonly Entry[], number: number): number | null {
  const ended = journal.findIndex(
    ({ event }) => event.type === "attempt.finished" && event.attempt === number,
  );
  if (ended === -1) return null;
  const later = journal.slice(ended + 1);
  const next = later.findIndex(({ event }) => event.type === "attempt.finished");
  const own = next === -1 ? later : later.slice(0, next);
  const published = own.find(
    ({ event }) => event.type === "branch.published" || event.type === "change.published",
  );
  const began = journal[ended];
  return published === undefined || began === undefined ? null : published.at - began.at;
}

function decisionsIn(journal: readonly Entry[]): Inspection["decisions"] {
  return journal
    .filter(({ event, fromState, toState }) => fromState !== toState || event.type === "attempt.requested")
    .map(({ at, event, toState }) => ({ at, event: event.type, to: toState, source: sourceOf(event) }));
}

function totalsOf(attempts: readonly InspectedAttempt[], journal: readonly Entry[]): Inspection["totals"] {
  const costs = attempts.flatMap(({ usage }) => (usage === null ? [] : [usage.cost_usd]));
  const known = costs.filter((cost) => cost !== null);
  return {
    attempts: attempts.length,
    working_ms: sum(attempts.map(({ duration_ms }) => duration_ms ?? 0)),
    wall_ms: (journal.at(-1)?.at ?? 0) - (journal[0]?.at ?? 0),
    tokens: sum(attempts.map(({ usage }) => usage?.total_tokens ?? 0)),
    cost_usd: known.length === costs.length && costs.length > 0 ? sum(known) : null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
