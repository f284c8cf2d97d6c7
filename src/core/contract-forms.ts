import { z } from "zod";

const strings = z.array(z.unknown()).optional();
/** The form of the first implementation: `status` for the decision, and its own names for the rest. */
const First = z.object({
  status: z.string(),
  rules: z
    .object({ commit_format: z.unknown(), branch_format: z.unknown(), forbidden_changes: strings })
    .partial()
    .optional(),
  toolchain: z.unknown().optional(),
  integration_plan: z.object({ target_files: strings }).partial().optional(),
  blockers: strings,
  notes: z.unknown().optional(),
});

const DECISIONS: Readonly<Record<string, string>> = {
  ready: "proceed",
  proceed: "proceed",
  go: "proceed",
  skip: "skip",
  needs_review: "needs_review",
};

/** Any known form of a contract under the names of ours; what is in no known form comes back as it is. */
export function contractFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null || "decision" in value) return value;
  const first = First.safeParse(value);
  if (!first.success) return value;
  const { status, rules, toolchain, integration_plan, blockers, notes } = first.data;
  return present({
    decision: decisionOf(status),
    reasons: blockers,
    toolchain,
    conventions: { commit: rules?.commit_format ?? null, branch: rules?.branch_format ?? null },
    scope: integration_plan?.target_files,
    risks: rules?.forbidden_changes,
    notes,
  });
}

/** "Needs review", "READY" … in our words; an unknown one stays, to be named as a problem. */
export function decisionOf(word: string): string {
  const key = word
    .trim()
    .toLowerCase()
    .replace(/[`*_\s-]+/g, " ")
    .trim()
    .replaceAll(" ", "_");
  return Object.hasOwn(DECISIONS, key) ? (DECISIONS[key] ?? word) : word;
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
