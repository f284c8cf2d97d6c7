import type { Change } from "../../src/core/change.ts";
import type { SealOrder } from "../../src/core/packet.ts";
import { createBundle } from "../../src/git/bundle.ts";
import { makeCommit } from "../../src/git/commit.ts";
import type { DiffFacts } from "../../src/git/diff.ts";
import type { GitRefusal } from "../../src/git/git.ts";
import type { WorkspacePaths } from "./paths.ts";

export type SealRequest = {
  workspace: Pick<WorkspacePaths, "gitDir" | "home">;
  ids: Pick<Change, "id" | "runId" | "attemptId">;
  baseSha: string;
  parentSha: string;
  mergedSha?: string | null;
  candidate: { treeSha: string; facts: Pick<DiffFacts, "diff" | "diffHash"> };
  order: Pick<SealOrder, "author" | "committer" | "at">;
  /** Whole, with trailers and sign-off; see core/commit-message. */
  message: string;
  signal: AbortSignal;
};
export type Sealed = { ok: true; change: Change; bundle: Uint8Array } | GitRefusal;

/** Turns the candidate into one commit and a bundle of it. The same request gives the same commit. */
export async function sealChange(request: SealRequest): Promise<Sealed> {
  const { workspace, candidate, order, message, baseSha, parentSha, mergedSha = null, signal } = request;
  const place = { gitDir: workspace.gitDir, home: workspace.home, signal };
  const { author, committer, at } = order;
  const { treeSha, facts } = candidate;
  const stands = { treeSha, parentSha, mergedSha };
  const commit = await makeCommit({ ...place, ...stands, author, committer, at, message });
  if (!commit.ok) return commit;
  const bundle = await createBundle({ ...place, baseSha, sha: commit.value });
  if (!bundle.ok) return bundle;
  const { diff, diffHash } = facts;
  const about = { sha: commit.value, message, diffHash, diff };
  const change = { ...request.ids, baseSha, ...stands, ...about };
  return { ok: true, change, bundle: bundle.value };
}
