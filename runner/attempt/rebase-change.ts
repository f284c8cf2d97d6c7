import type { RebaseEvidence } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { readCommit } from "../../src/git/commit.ts";
import type { GitResult } from "../../src/git/git.ts";
import type { Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { conflictsLeft, layOut, type MergedTree, mergeWithBase } from "../workspace/rebase.ts";

type Order = { spec: AttemptSpec; workspace: Workspace; signal: AbortSignal };

/** A change that is put onto a moved base; `byGit` when nothing is left to be done by anybody else. */
export type Rebased = { merged: MergedTree; byGit: boolean };

/** Puts the change of the order onto its base. What git cannot settle alone lies in the work tree afterwards, for Codex. */
export async function rebaseChange({ spec, workspace, signal }: Order): Promise<Rebased | null> {
  if (spec.rebase === undefined || spec.from === null) return null;
  const merged = sure(await mergeWithBase({ workspace, signal }));
  const byGit = merged.conflicts.length === 0 && !spec.rebase.codex;
  const { parentSha } = standsOn(spec, workspace);
  const order = { treeSha: merged.treeSha, onto: parentSha, branch: spec.seal.branch };
  if (!byGit) sure(await layOut({ workspace, signal }, order));
  return { merged, byGit };
}

export type Stand = {
  parentSha: string;
  mergedSha: string | null;
  /** What the candidate is compared with, and what is judged of it. */
  diffFrom: string;
};

/** What the new commit stands on: the base, or the change before it, which under review is never left behind. */
export function standsOn({ from, rebase }: AttemptSpec, { baseSha, startSha }: Workspace): Stand {
  if (rebase !== undefined && from !== null)
    return rebase.how === "merge"
      ? { parentSha: startSha, mergedSha: baseSha, diffFrom: baseSha }
      : { parentSha: baseSha, mergedSha: null, diffFrom: baseSha };
  const parentSha = from?.onTop ? startSha : baseSha;
  return { parentSha, mergedSha: null, diffFrom: parentSha };
}

export async function rebaseEvidence(
  { spec, workspace, signal }: Order,
  { merged, byGit }: Rebased,
  { treeSha }: Candidate,
): Promise<RebaseEvidence> {
  const unresolved = sure(await conflictsLeft({ workspace, signal }, { ...merged, treeSha }));
  const how = spec.rebase?.how ?? "remake";
  return { how, codex: !byGit, conflicts: merged.conflicts, unresolved };
}

/** The words of such a commit: the change's own where it is made anew, git's own for a merge. */
export async function rebasedMessage({ spec, workspace, signal }: Order): Promise<string | null> {
  if (spec.rebase === undefined || spec.from === null) return null;
  const { gitDir, home, startSha: sha } = workspace;
  if (spec.rebase.how === "remake") return sure(await readCommit({ gitDir, home, signal, sha })).message;
  const subject = `Merge branch '${spec.base.branch}' into ${spec.seal.branch}`;
  return `${[subject, ...(spec.seal.trailers.length > 0 ? ["", ...spec.seal.trailers] : [])].join("\n")}\n`;
}

function sure<T>(result: GitResult<T>): T {
  if (!result.ok) throw new Error(`The change cannot be put onto its base: ${result.stderr}`);
  return result.value;
}
