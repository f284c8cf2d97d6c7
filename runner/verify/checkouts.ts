import { join } from "node:path";
import { type Checkout, checkOutTree } from "./checkout.ts";
import { lendDependencies } from "./dependencies.ts";
import type { Tree } from "./verify.ts";

export type CheckoutsOrder = Pick<Checkout, "gitDir" | "home" | "signal"> & {
  /** Holds one folder for each tree. */
  folder: string;
  head: string;
  base: string;
  /** Where dependencies are lent from, and which folders; none when they are installed or mounted. */
  lend: { from: string; folders: readonly string[] } | null;
};

/** For `verify`: makes each tree's checkout when it is first asked for, and puts it back as it was every time after. */
export function checkouts(order: CheckoutsOrder): (tree: Tree) => Promise<string> {
  const made = new Set<Tree>();
  return async (tree) => {
    const { gitDir, home, signal, lend } = order;
    const folder = join(order.folder, tree);
    const done = await checkOutTree({ gitDir, home, signal, treeish: order[tree], folder, name: tree });
    if (!done.ok) throw new Error(`The ${tree} tree cannot be checked out: ${done.stderr}`);
    if (lend && !made.has(tree)) await lendDependencies({ ...lend, to: folder, signal });
    made.add(tree);
    return folder;
  };
}
