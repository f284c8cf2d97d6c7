import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Material of the run that lies in the agent's tree and is never part of a change. */
export const RUNTIME_FOLDER = ".agentpr_runtime";

/**
 * info/attributes outranks every .gitattributes of the tree, so no filter, no ident and no encoding of the tree's choosing
 * runs. For line ends it means that files are checked out and read back byte for byte as they are stored: `eol=crlf` has
 * no effect, and a change holds a line-end change only where the agent really made one. LFS files stay pointers.
 */
const ATTRIBUTES = "* -text !eol !crlf !filter !ident !working-tree-encoding !diff !merge\n";

/** Makes a git folder blind to what its work tree says about attributes and to the run's own material. */
export async function settleAttributes(gitDir: string): Promise<void> {
  await mkdir(join(gitDir, "info"), { recursive: true });
  await writeFile(join(gitDir, "info", "attributes"), ATTRIBUTES);
  await writeFile(join(gitDir, "info", "exclude"), `/${RUNTIME_FOLDER}\n`);
}
