import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { execa } from "execa";
import { type GitCall, git } from "../../src/git/git.ts";

/** Folders that package managers fill, by name; only those that the target ignores are ever lent, and nothing that was built. */
const FOLDERS: ReadonlySet<string> = new Set(
  "node_modules .venv venv env .tox .nox vendor .m2 .bundle deps .build .pnp .yarn Pods".split(" "),
);
const MOST_FOLDERS = 200;

type Lend = Pick<GitCall, "home" | "signal"> & {
  gitDir: string;
  /** The candidate's index, so that what is tracked is not lent. */
  indexFile: string;
  /** The agent's work tree. */
  tree: string;
};

/** Relative paths of the ignored dependency folders in the agent's tree, for copying or for mounting read-only. */
export async function dependencyFolders({ gitDir, indexFile, tree, home, signal }: Lend): Promise<string[]> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const listed = await git({ gitDir, indexFile, workTree: tree, home, signal, args });
  if (!listed.ok) throw new Error(`The ignored folders of ${tree} cannot be listed: ${listed.stderr}`);
  return listed.value
    .split("\0")
    .filter((path) => path.endsWith("/") && FOLDERS.has(basename(path)))
    .map((path) => path.slice(0, -1))
    .slice(0, MOST_FOLDERS);
}

/** Copies them into a checkout. A copy, so that neither a test run nor a later attempt changes the other's. */
export async function lendDependencies(order: {
  from: string;
  to: string;
  folders: readonly string[];
  signal: AbortSignal;
}): Promise<"reused" | "none"> {
  for (const folder of order.folders) await copyFolder(order, folder);
  return order.folders.length > 0 ? "reused" : "none";
}

async function copyFolder(
  { from, to, signal }: Parameters<typeof lendDependencies>[0],
  folder: string,
): Promise<void> {
  const parent = join(to, dirname(folder));
  await mkdir(parent, { recursive: true });
  // A link in the tree must not lead the copy out of the checkout.
  const [real, root] = await Promise.all([realpath(parent), realpath(to)]);
  if (real !== root && !real.startsWith(`${root}${sep}`)) return;
  const args = ["-a", "--reflink=auto", "--", join(from, folder), `${parent}${sep}`];
  await execa("cp", args, { cancelSignal: signal, timeout: 600_000, stdin: "ignore" });
}
