import { type HeldMirror, knownCommit, type MirrorAnswer } from "../../src/git/mirror.ts";
import { type Provisioned, type ProvisionRequest, provision } from "./provision.ts";

export type LayOut = Omit<ProvisionRequest, "mirror" | "base"> & {
  held: HeldMirror;
  /** Has the mirror hold the wanted commit, by asking its host where that is needed. */
  ask(): Promise<MirrorAnswer>;
};

/**
 * A workspace at the wanted commit. Where that is a public branch's newest, the workspace is laid out at the commit that
 * the mirror knows while the host is asked, and laid out again only where the branch has moved meanwhile.
 */
export async function layOut({ held, ask, ...rest }: LayOut): Promise<Provisioned> {
  const at = (found: { mirror: string; sha: string }): ProvisionRequest => ({
    ...rest,
    mirror: found.mirror,
    base: { branch: held.branch, sha: found.sha },
  });
  const known = held.sha === null && held.privateTo === null ? await knownCommit(held) : null;
  const [commit, early] = await Promise.all([ask(), known === null ? null : provision(at(known))]);
  if (!commit.ok) return commit;
  return early?.ok && early.workspace.baseSha === commit.sha ? early : provision(at(commit));
}
