import { realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { isCodeFile } from "../../src/core/weakening-signs.ts";
import { git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";
import type { Checkout } from "./checkout.ts";

/** Code in no language at all; PHP prints what stands outside of its mark. */
const BROKEN = ")]} this line is broken on purpose '\"`\n";
const MOST_FILES = 5_000;

/** Makes the code of a checkout unreadable, tests and sources alike. Manifests and settings stay, so that the runner starts. */
export async function breakCode(checkout: Checkout): Promise<void> {
  const { gitDir, home, signal, treeish, folder } = checkout;
  const listed = await git({ gitDir, home, signal, args: ["ls-tree", "-r", "-z", sureSha(treeish)] });
  if (!listed.ok) throw new Error(`The tree to break cannot be listed: ${listed.stderr}`);
  const paths = listed.value.split("\0").flatMap((row) => /^100\d{3} blob \w+\t(.*)$/s.exec(row)?.[1] ?? []);
  for (const path of paths.filter(isCodeFile).slice(0, MOST_FILES)) {
    signal.throwIfAborted();
    const file = join(folder, path);
    if (!(await liesIn(dirname(file), folder))) continue;
    await rm(file, { force: true });
    await writeFile(file, path.endsWith(".php") ? `<?php ${BROKEN}` : BROKEN, { flag: "wx", mode: 0o755 });
  }
}

/** A run before may have left a link where a folder was. */
async function liesIn(path: string, folder: string): Promise<boolean> {
  const [real, root] = await Promise.all([realpath(path), realpath(folder)]);
  return real === root || real.startsWith(`${root}${sep}`);
}
