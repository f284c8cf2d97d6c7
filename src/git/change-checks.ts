import type { Violation } from "../core/evidence.ts";
import { type Budgets, overBudget } from "../core/grading-budget.ts";
import { parsePatch } from "../core/patch.ts";
import { protectedViolations } from "../core/protected.ts";
import { findSecrets } from "../core/secret-scan.ts";
import { readBlobs } from "./blobs.ts";
import type { DiffFacts } from "./diff.ts";
import type { GitCall, GitResult } from "./git.ts";
import { linkBlobs, treeViolations } from "./tree-violations.ts";

export type ChangeLimits = {
  protectedPaths: readonly string[];
  budgets: Budgets;
  /** Credentials that must not be in a change, by value. */
  knownSecrets?: readonly string[];
};
export type Findings = { violations: Violation[]; overBudget: string[] };

type CheckCall = Pick<GitCall, "home" | "signal"> & {
  gitDir: string;
  facts: DiffFacts;
  limits: ChangeLimits;
};

/** Everything a real diff is held against; the runner asks before sealing, the app again before publishing. */
export async function checkChange({ facts, limits, ...place }: CheckCall): Promise<GitResult<Findings>> {
  const links = await readBlobs({ ...place, blobs: linkBlobs(facts.entries) });
  if (!links.ok) return links;
  const violations = [
    ...treeViolations(facts.entries, links.value),
    ...protectedViolations(facts.diff.files, limits.protectedPaths),
    ...findSecrets(parsePatch(facts.patch), limits.knownSecrets),
    ...(facts.patchCut ? [UNREAD] : []),
  ];
  return { ok: true, value: { violations, overBudget: overBudget(facts.diff, limits.budgets) } };
}

const UNREAD: Violation = {
  rule: "secret_found",
  path: null,
  detail: "The patch is too large to be searched for secrets, so it counts as holding one",
};
