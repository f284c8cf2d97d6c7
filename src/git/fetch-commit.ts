import { type GitResult, git } from "./git.ts";
import { remoteProblem } from "./remote.ts";
import type { Scratch } from "./scratch.ts";

const FLAGS = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--depth=1"];

/** Brings one commit, without its history, into a scratch repository under a name of ours. */
export async function fetchCommit(
  scratch: Scratch,
  order: { url: string; token: string | null; from: string; as: string },
): Promise<GitResult> {
  const { url, from, as } = order;
  const problem = remoteProblem(url);
  if (problem) return { ok: false, kind: "failed", stderr: `The repository's URL is not usable: ${problem}` };
  return git({
    ...scratch,
    args: ["fetch", ...FLAGS, "--end-of-options", url, `${from}:${as}`],
    remote: order,
  });
}
