import { join } from "node:path";
import { breakCode } from "./break-code.ts";
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

/**
 * For `verify`: makes each tree's checkout when it is first asked for, and puts it back as it was every time after. The
 * broken tree is the candidate's own, with the same dependencies, until that is put back.
 */
export function checkouts(order: CheckoutsOrder): (tree: Tree) => Promise<string> {
  const made = new Set<string>();
  return async (tree) => {
    const { gitDir, home, signal, lend } = order;
    const name = tree === "base" ? "base" : "head";
    const checkout = { gitDir, home, signal, treeish: order[name], folder: join(order.folder, name), name };
    const done = await checkOutTree(checkout);
    if (!done.ok) throw new Error(`The ${name} tree cannot be checked out: ${done.stderr}`);
    if (lend && !made.has(name)) await lendDependencies({ ...lend, to: checkout.folder, signal });
    made.add(name);
    if (tree === "broken") await breakCode(checkout);
    return checkout.folder;
  };
}
