import type { Evidence } from "./evidence.ts";

/** Git alone puts a change onto its base; everything else is Codex's work. */
export function neverRan({ codex, rebase }: Evidence): string | null {
  return codex === null && rebase?.codex !== false ? "Codex did not run, and nothing says why" : null;
}

export function conflictLeft({ rebase }: Evidence): string | null {
  const left = rebase?.unresolved ?? [];
  return left.length === 0 ? null : `Conflict markers are left in ${left.join(", ")}`;
}

/** Of an attempt that had only questions to answer: why all of them are answered, or why not. */
export function answeredAll({ answers }: Evidence, wanted: boolean): string | null {
  if (answers === undefined || answers.given >= answers.asked !== wanted) return null;
  return `${answers.given} of ${answers.asked} questions have an answer`;
}
