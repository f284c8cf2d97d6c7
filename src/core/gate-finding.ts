import type { CheckResult } from "./gate.ts";

/** Null where a check of the gate holds and there is nothing to say. */
export type Finding = Pick<CheckResult, "outcome" | "reason"> | null;

export function failure(reason: string): Finding {
  return { outcome: "failure", reason };
}

export function warning(reason: string): Finding {
  return { outcome: "warning", reason };
}

export function holds(reason: string): Finding {
  return { outcome: "ok", reason };
}

/** "2 violations: a, b" for what should not be there at all; null for nothing. */
export function listed(what: string, found: readonly string[]): string | null {
  if (found.length === 0) return null;
  const more = found.length > 5 ? " and more" : "";
  return `${found.length} ${what}${found.length === 1 ? "" : "s"}: ${found.slice(0, 5).join(", ")}${more}`;
}
