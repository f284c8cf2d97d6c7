import { tryGitOnce } from "./ask-once.ts";
import { git, tryGit } from "./run-git.ts";

/** Branches and tags of a bare repository: full name to commit. */
export async function readRefs(gitDir: string): Promise<Map<string, string>> {
  const lines = await git(gitDir, [
    "for-each-ref",
    "--format=%(refname) %(objectname)",
    "refs/heads",
    "refs/tags",
  ]);
  return new Map(
    lines
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const space = line.lastIndexOf(" ");
        return [line.slice(0, space), line.slice(space + 1)] as const;
      }),
  );
}

/** No branch or tag may be called so. */
const FULL_NAME = /^[0-9a-f]{40}$/;

/** The commit a branch, tag or (abbreviated) sha stands for, or null. */
export async function resolveCommit(gitDir: string, ref: string): Promise<string | null> {
  const names = FULL_NAME.test(ref) ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, ref];
  for (const name of names) {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    const result = await tryGitOnce(gitDir, args, [name]);
    if (result.exitCode === 0) return result.stdout.trim();
  }
  return null;
}

export async function isAncestor(gitDir: string, ancestor: string, descendant: string): Promise<boolean> {
  return (
    (await tryGitOnce(gitDir, ["merge-base", "--is-ancestor", ancestor, descendant], [ancestor, descendant]))
      .exitCode === 0
  );
}

/** Moves a ref if it still is where we saw it; false if somebody was quicker. */
export async function moveRef(move: {
  gitDir: string;
  ref: string;
  to: string;
  from: string;
}): Promise<boolean> {
  return (await tryGit(move.gitDir, ["update-ref", move.ref, move.to, move.from])).exitCode === 0;
}

/** Copies the objects behind a ref of another bare repository and names them here. */
export async function copyRef(copy: { from: string; ref: string; to: string; as: string }): Promise<void> {
  await git(copy.to, ["fetch", "--quiet", "--no-tags", copy.from, `+${copy.ref}:${copy.as}`]);
}
