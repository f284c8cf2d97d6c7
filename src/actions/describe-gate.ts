import type { CheckResult, Gate } from "../core/gate.ts";
import type { Fact } from "./reply.ts";

const MARKS: Record<CheckResult["outcome"], string> = { ok: "ok", warning: "warning", failure: "FAILURE" };

/** Every check of the gate, in the same words wherever it is shown. */
export function checkFacts(checks: readonly CheckResult[]): Fact[] {
  return checks.map(({ id, title, outcome, reason }): Fact => {
    const why = reason === null ? "" : `: ${reason}`;
    return [`gate ${id}`, `${MARKS[outcome]} – ${title}${why}`];
  });
}

/** Why nothing can be requested; what else was noted stands behind it. */
export function gateText(gate: Gate): string {
  if (gate.open) return "The gate is open.";
  const warnings = gate.checks
    .filter(({ outcome }) => outcome === "warning")
    .map(({ reason }) => reason ?? "");
  const also = warnings.length === 0 ? "" : ` Warnings: ${warnings.join("; ")}.`;
  return `The gate is shut: ${gate.because.join("; ")}.${also}`;
}
