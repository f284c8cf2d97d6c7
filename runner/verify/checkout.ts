import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type GitCall, type GitResult, git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";

export type Checkout = Pick<GitCall, "home" | "signal"> & {
  /** The engine's own git folder, with the tree in it. */
  gitDir: string;
  /** A tree or a commit. */
  treeish: string;
  /** Where it goes; a folder of its own, named by this word. */
  folder: string;
  name: string;
};

/**
 * Makes the folder hold exactly this tree: the first time by checking it out, later by putting back what was changed and
 * removing what was added. Ignored files stay: they are the dependencies. Neither hooks nor filters run.
 */
export async function checkOutTree(checkout: Checkout): Promise<GitResult> {
  await mkdir(checkout.folder, { recursive: true });
  const call = { ...place(checkout), workTree: checkout.folder };
  const written = await git({ ...call, args: ["read-tree", "--reset", "-u", sureSha(checkout.treeish)] });
  return written.ok ? git({ ...call, args: ["clean", "-ffdq"] }) : written;
}

function place({ gitDir, home, signal, name }: Checkout): Omit<GitCall, "args"> {
  return { gitDir, home, signal, indexFile: join(gitDir, `checkout-index-${name}`) };
}
