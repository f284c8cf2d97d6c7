import { ensureCommit, knownCommit, type MirrorRequest } from "../../src/git/mirror.ts";
import { type Provisioned, type ProvisionRequest, provision } from "./provision.ts";

export type LayOut = Omit<ProvisionRequest, "mirror" | "base"> & { remote: MirrorRequest };

/**
 * A workspace at the wanted commit. Where that is a branch's newest, the workspace is laid out at the commit that the
 * mirror knows while the host is asked, and laid out again only where the branch has moved meanwhile.
 */
export async function layOut({ remote, ...rest }: LayOut): Promise<Provisioned> {
  const at = (found: { mirror: string; sha: string }): ProvisionRequest => ({
    ...rest,
    mirror: found.mirror,
    base: { branch: remote.branch, sha: found.sha },
  });
  const known = remote.sha === null ? await knownCommit(remote) : null;
  const [commit, early] = await Promise.all([
    ensureCommit(remote),
    known === null ? null : provision(at(known)),
  ]);
  if (!commit.ok) return commit;
  return early?.ok && early.workspace.baseSha === commit.sha ? early : provision(at(commit));
}
