import type { Approval } from "../database/approvals.ts";

type Bound = Omit<
  Approval,
  "status" | "codeHash" | "guesses" | "mac" | "expiresAt" | "createdAt" | "bypassReason" | "requestedBy"
>;

/** Everything that a confirmation is bound to: change one of them and it is void. */
export function approvalParts({
  id,
  runId,
  changeId,
  sha,
  baseBranch,
  baseSha,
  title,
  body,
  draft,
  confirmedBy,
}: Bound): unknown[] {
  return [id, runId, changeId, sha, baseBranch, baseSha, title, body, draft, confirmedBy];
}
