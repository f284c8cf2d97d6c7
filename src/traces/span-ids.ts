// traces: tells a collector how runs were worked on, one trace for each run. Loaded only where an address is set.
// It reads what the database remembers and hands on names, ids, states and counts; no text that anybody wrote.
import { createHash } from "node:crypto";

/** The same in every process, so that app and runner write into one trace without telling each other. */
export function traceIdOf(runId: string): string {
  return digest("trace", runId).slice(0, 32);
}

/** The span that stands for the whole run. */
export function runSpanIdOf(runId: string): string {
  return spanIdOf(runId, "run");
}

/** Of one try of a job, or of a part of it. */
export function spanIdOf(runId: string, ...parts: readonly (string | number)[]): string {
  return digest("span", runId, ...parts).slice(0, 16);
}

function digest(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
