import { join } from "node:path";
import { makeCommit } from "../../src/git/commit.ts";
import { type GitResult, git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";
import type { Workspace } from "./provision.ts";

export type MergedTree = {
  treeSha: string;
  /** Files that do not go together; in the tree they hold both sides between marks. */
  conflicts: string[];
};
type Order = { workspace: Workspace; signal: AbortSignal };

/** The change and the base in one tree, made in the engine's own git folder: no driver and no hook of the tree's choosing runs. */
export async function mergeWithBase({ workspace, signal }: Order): Promise<GitResult<MergedTree>> {
  const { gitDir, home, baseSha, startSha } = workspace;
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"];
  const merged = await git({
    ...{ gitDir, home, signal, answersWith: 1 },
    args: [...args, sureSha(baseSha), sureSha(startSha)],
  });
  if (!merged.ok) return merged;
  const [treeSha = "", ...conflicts] = merged.value.split("\0").filter((field) => field !== "");
  return { ok: true, value: { treeSha: sureSha(treeSha), conflicts } };
}

const MERGED_REF = "refs/agentpr/merged";
const NOBODY = { name: "agentpr", email: "agentpr@localhost" };
/** The commit is thrown away; git takes no date much before this one. */
const LONG_AGO = 1_000_000_000;

/** Lays the tree out for the agent, as work that is not committed on top of `onto`. */
export async function layOut(
  { workspace, signal }: Order,
  { treeSha, onto, branch }: { treeSha: string; onto: string; branch: string },
): Promise<GitResult> {
  const { gitDir, home, tree } = workspace;
  const who = { author: NOBODY, committer: NOBODY, at: LONG_AGO, message: "merged" };
  const made = await makeCommit({ gitDir, home, signal, treeSha, parentSha: onto, ...who });
  if (!made.ok) return made;
  const own = { gitDir, home, signal };
  const agent = { gitDir: join(tree, ".git"), workTree: tree, home, signal };
  const fetched = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--end-of-options", gitDir];
  const steps = [
    { ...own, args: ["update-ref", MERGED_REF, made.value] },
    { ...agent, args: [...fetched, `+${MERGED_REF}:${MERGED_REF}`], local: true },
    { ...agent, args: ["checkout", "--quiet", "--force", "-B", branch, MERGED_REF, "--"] },
    { ...agent, args: ["reset", "--quiet", "--soft", sureSha(onto)] },
  ];
  for (const step of steps) {
    const done = await git(step);
    if (!done.ok) return done;
  }
  return { ok: true, value: treeSha };
}

/** Those of the files that still hold the marks of a conflict. */
export async function conflictsLeft(
  { workspace: { gitDir, home }, signal }: Order,
  { treeSha, conflicts }: MergedTree,
): Promise<GitResult<string[]>> {
  if (conflicts.length === 0) return { ok: true, value: [] };
  const pattern = ["--files-with-matches", "-z", "--text", "--extended-regexp", "-e", "^(<{7}|>{7})( |$)"];
  const args = ["--literal-pathspecs", "grep", ...pattern, sureSha(treeSha), "--", ...conflicts];
  const found = await git({ gitDir, home, signal, args, answersWith: 1 });
  if (!found.ok) return found;
  const names = found.value.split("\0").filter((name) => name !== "");
  return { ok: true, value: names.map((name) => name.slice(treeSha.length + 1)) };
}
