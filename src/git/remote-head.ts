import { type GitResult, git } from "./git.ts";
import { branchRef } from "./ref-names.ts";
import { remoteProblem } from "./remote.ts";

export type RemoteBranch = {
  url: string;
  token: string | null;
  branch: string;
  home: string;
  signal: AbortSignal;
};

/** Where the branch stands on the host now; null when it does not exist. */
export async function readRemoteHead(remote: RemoteBranch): Promise<GitResult<string | null>> {
  const problem = remoteProblem(remote.url);
  if (problem) return { ok: false, kind: "failed", stderr: `The repository's URL is not usable: ${problem}` };
  const { home, signal, url } = remote;
  const ref = branchRef(remote.branch);
  const args = ["ls-remote", "--quiet", "--refs", "--end-of-options", url, ref];
  const answer = await git({ home, signal, args, remote });
  if (!answer.ok) return answer;
  // ls-remote matches by the end of names, so "refs/heads/x/refs/heads/y" would be listed too.
  const line = answer.value.split("\n").find((row) => row.endsWith(`\t${ref}`));
  return { ok: true, value: line?.split("\t")[0] ?? null };
}
