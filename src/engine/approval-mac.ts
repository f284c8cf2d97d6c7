import type { Run } from "../core/run.ts";
import type { Approval } from "../database/approvals.ts";
import type { StoredChange } from "../database/changes.ts";
import { isSigned } from "./sign.ts";
import type { World } from "./world.ts";

type Bound = Omit<
  Approval,
  "status" | "codeHash" | "guesses" | "mac" | "expiresAt" | "createdAt" | "requestedBy"
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
  requestedAs,
  bypass,
  shown,
}: Bound): unknown[] {
  const content = [id, runId, changeId, sha, baseBranch, baseSha, title, body, draft, confirmedBy];
  return [...content, requestedAs, bypass, shown && JSON.stringify(shown)];
}

/** Exactly the change that was shown, for what it was shown for: the same row, and in it the same commit on the same base. */
export function covers(
  { runId, changeId, sha, baseSha, shown }: Approval,
  run: Run,
  change: StoredChange,
): boolean {
  const isSame =
    runId === run.id && changeId === change.id && sha === change.sha && baseSha === change.baseSha;
  return isSame && (shown?.pull ?? null) === run.prNumber;
}

/** Whether the app itself has taken this very confirmation. */
export function isApproved({ key }: Pick<World, "key">, approval: Approval): boolean {
  return key !== null && isSigned(key, "approval", approvalParts(approval), approval.mac);
}
