import { tryGitOnce } from "./ask-once.ts";
import { git, type Person } from "./run-git.ts";

export type Merge = { clean: true; tree: string } | { clean: false; conflicts: string };

/** Tries the merge in memory, without a work tree. */
export async function tryMerge(gitDir: string, base: string, head: string): Promise<Merge> {
  const args = ["merge-tree", "--write-tree", "--allow-unrelated-histories", base, head];
  const result = await tryGitOnce(gitDir, args, [base, head]);
  if (result.exitCode > 1) throw new Error(`git merge-tree failed: ${result.stderr.trim()}`);
  const [tree = "", ...rest] = result.stdout.split("\n");
  return result.exitCode === 0 ? { clean: true, tree } : { clean: false, conflicts: rest.join("\n").trim() };
}

export async function writeCommit(commit: {
  gitDir: string;
  tree: string;
  parents: readonly string[];
  message: string;
  author: Person;
}): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  const args = ["commit-tree", commit.tree, ...parents, "-F", "-"];
  return (await git(commit.gitDir, args, { input: commit.message, author: commit.author })).trim();
}
