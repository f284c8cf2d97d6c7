import type { Change } from "../core/change.ts";
import { readDiff } from "./diff.ts";
import { fetchCommit } from "./fetch-commit.ts";
import type { GitResult } from "./git.ts";
import { readRemoteHead } from "./remote-head.ts";
import { withScratchRepository } from "./scratch.ts";

export type BaseMoveRequest = {
  url: string;
  token: string | null;
  branch: string;
  change: Pick<Change, "baseSha" | "diff">;
  signal: AbortSignal;
};
export type BaseMove = "same" | "apart" | "same_files";

/** How the base branch moved since the change was made: not at all, elsewhere, or in files that the change touches. */
export async function baseMove(request: BaseMoveRequest): Promise<GitResult<BaseMove>> {
  return withScratchRepository(request.signal, async (scratch): Promise<GitResult<BaseMove>> => {
    const head = await readRemoteHead({ ...request, ...scratch });
    if (!head.ok) return head;
    const { baseSha, diff } = request.change;
    if (head.value === null)
      return { ok: false, kind: "not_found", stderr: `The base branch ${request.branch} is gone` };
    if (head.value === baseSha) return { ok: true, value: "same" };
    for (const [from, as] of [
      [baseSha, "refs/agentpr/base"],
      [head.value, "refs/agentpr/head"],
    ] as const) {
      const fetched = await fetchCommit(scratch, { ...request, from, as });
      if (!fetched.ok) return fetched;
    }
    const moved = await readDiff({ ...scratch, from: baseSha, to: head.value });
    if (!moved.ok) return moved;
    return { ok: true, value: overlaps(diff, moved.diff) ? "same_files" : "apart" };
  });
}

function overlaps(one: Change["diff"], other: Change["diff"]): boolean {
  const names = new Set(one.files.flatMap(({ path, oldPath }) => [path, oldPath]));
  return other.files.some(({ path, oldPath }) => names.has(path) || (oldPath !== null && names.has(oldPath)));
}
