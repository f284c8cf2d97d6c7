import { z } from "zod";
import type { AttemptReport } from "./attempt.ts";
import { PreflightCheck } from "./evidence.ts";

/** What was looked at before Codex was started. */
export const PreflightReport = z.object({
  ok: z.boolean(),
  failures: z.array(z.string()),
  warnings: z.array(z.string()),
  duration_ms: z.number().int(),
  checks: z.array(PreflightCheck),
});
export type PreflightReport = z.infer<typeof PreflightReport>;

export function summarisePreflight(checks: readonly PreflightCheck[], durationMs: number): PreflightReport {
  const failed = checks.filter(({ ok }) => !ok);
  return {
    ok: failed.length === 0,
    failures: failed.map(inWords),
    warnings: checks.filter(({ ok, warning }) => ok && warning === true).map(inWords),
    duration_ms: Math.round(durationMs),
    checks: [...checks],
  };
}

/** The same for an attempt, whose stage tells how long it took. */
export function preflightReport({ evidence, stages }: AttemptReport): PreflightReport {
  return summarisePreflight(evidence.preflight, stages.find(({ name }) => name === "provision")?.ms ?? 0);
}

function inWords({ name, detail }: PreflightCheck): string {
  return `${name}: ${detail}`;
}
