import { z } from "zod";

/** What a line about a request to the webhooks says; older and stranger lines may lack the rest. */
const AuditLine = z.object({
  ts: z.iso.datetime(),
  status_code: z.number().int(),
  outcome: z.string().default("unknown"),
});

export type AuditThresholds = { failOnRetryable: number | null; failOn5xxRate: number | null };
export type AuditWindow = { from: Date; to: Date };
export type AuditSummary = {
  ok: boolean;
  window_start: string;
  window_end: string;
  total_lines_read: number;
  parse_errors: number;
  considered_entries: number;
  outcome_counts: Record<string, number>;
  status_code_counts: Record<string, number>;
  /** Deliveries that were not stored and that GitHub is asked for again. */
  retryable_failures: number;
  http_5xx_count: number;
  http_5xx_rate_pct: number;
  top_errors: { error: string; count: number }[];
  alerts: string[];
};

const MOST_ERRORS = 10;

/** What came of the requests in a window of time, and which thresholds they go over. */
export function summariseAudit(
  lines: readonly string[],
  { from, to }: AuditWindow,
  thresholds: AuditThresholds,
): AuditSummary {
  const read = lines.map(parseLine);
  const entries = read.filter((line) => line !== null).filter(({ ts }) => isWithin(ts, from, to));
  const count = (matches: (status: number) => boolean) =>
    entries.filter(({ status_code }) => matches(status_code)).length;
  const failures = count((status) => status >= 500);
  const rate = entries.length === 0 ? 0 : Math.round((failures / entries.length) * 10_000) / 100;
  const retryable = count((status) => status === 503);
  const alerts = alertsOf({ retryable, rate }, thresholds);
  return {
    ok: alerts.length === 0,
    window_start: from.toISOString(),
    window_end: to.toISOString(),
    total_lines_read: lines.length,
    parse_errors: read.filter((line) => line === null).length,
    considered_entries: entries.length,
    outcome_counts: tally(entries.map(({ outcome }) => outcome)),
    status_code_counts: tally(entries.map(({ status_code }) => String(status_code))),
    retryable_failures: retryable,
    http_5xx_count: failures,
    http_5xx_rate_pct: rate,
    top_errors: topErrors(entries.filter(({ status_code }) => status_code >= 400)),
    alerts,
  };
}

type Figures = { retryable: number; rate: number };

function alertsOf({ retryable, rate }: Figures, { failOnRetryable, failOn5xxRate }: AuditThresholds) {
  return [
    ...(failOnRetryable !== null && retryable > failOnRetryable
      ? [`retryable_failures_exceeded:${retryable}>${failOnRetryable}`]
      : []),
    ...(failOn5xxRate !== null && rate > failOn5xxRate
      ? [`http_5xx_rate_exceeded:${rate}>${failOn5xxRate}`]
      : []),
  ];
}

function parseLine(line: string): z.infer<typeof AuditLine> | null {
  try {
    return AuditLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // counted among parse_errors
  }
}

function isWithin(ts: string, from: Date, to: Date): boolean {
  const at = Date.parse(ts);
  return at >= from.getTime() && at <= to.getTime();
}

function topErrors(entries: readonly { outcome: string }[]): AuditSummary["top_errors"] {
  return Object.entries(tally(entries.map(({ outcome }) => outcome)))
    .map(([error, count]) => ({ error, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_ERRORS);
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
