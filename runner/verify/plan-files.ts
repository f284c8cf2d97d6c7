import { readBlobs } from "../../src/git/blobs.ts";
import { type GitCall, type GitResult, git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";

type Place = Pick<GitCall, "home" | "signal"> & { gitDir: string };
export type PlanFiles = { files: Map<string, string>; paths: string[] };

/** What the plan is made from. */
const INTERESTING =
  /^(package\.json|pyproject\.toml|pytest\.ini|tox\.ini|setup\.cfg|requirements(-dev)?\.txt|(GNUm|M|m)akefile|\.github\/workflows\/[^/]+\.ya?ml)$/;
const LARGEST = 200_000;

/** The manifests and workflows of a commit, straight from the engine's own git folder. */
export async function readPlanFiles(place: Place & { sha: string }): Promise<GitResult<PlanFiles>> {
  const { gitDir, home, signal } = place;
  const listed = await git({ gitDir, home, signal, args: ["ls-tree", "-r", "-l", "-z", sureSha(place.sha)] });
  if (!listed.ok) return listed;
  const entries = listed.value.split("\0").flatMap((row) => {
    const [, sha = "", size = "", path = ""] = /^\d+ blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(row) ?? [];
    return path === "" ? [] : [{ sha, size: Number(size), path }];
  });
  const wanted = entries.filter(({ path, size }) => INTERESTING.test(path) && size <= LARGEST);
  const blobs = await readBlobs({ gitDir, home, signal, blobs: wanted.map(({ sha }) => sha) });
  if (!blobs.ok) return blobs;
  const files = new Map(wanted.map(({ path, sha }) => [path, blobs.value.get(sha) ?? ""]));
  return { ok: true, value: { files, paths: entries.map(({ path }) => path) } };
}
