import { type Governance, scanGovernance } from "../../src/core/governance.ts";
import { governanceTexts } from "../../src/core/governance-files.ts";
import { readBlobs } from "../../src/git/blobs.ts";
import { git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";
import type { Workspace } from "../workspace/provision.ts";
import { recentCommits } from "./recent-commits.ts";

const MOST_FILES = 20_000;
const MOST_TEXTS = 40;
const LARGEST_TEXT = 200_000;

type Place = Pick<Workspace, "gitDir" | "home" | "baseSha">;
type Entry = { sha: string; size: number; path: string };

/** What the base commit says about contributing: files and history from the engine's own git folder, read by pure rules. */
export async function gatherGovernance(place: Place, signal: AbortSignal): Promise<Governance> {
  const { gitDir, home, baseSha } = place;
  const args = ["ls-tree", "-r", "-l", "-z", sureSha(baseSha)];
  const listed = await git({ gitDir, home, signal, args });
  if (!listed.ok) throw new Error(`The base commit cannot be read: ${listed.stderr}`);
  const entries = listed.value.split("\0").flatMap(readEntry);
  const seen = entries.slice(0, MOST_FILES);
  const wanted = textEntries(seen);
  const blobs = await readBlobs({ gitDir, home, signal, blobs: wanted.map(({ sha }) => sha) });
  if (!blobs.ok) throw new Error(`The base commit cannot be read: ${blobs.stderr}`);
  return scanGovernance({
    paths: seen.map(({ path }) => path),
    truncated: entries.length > MOST_FILES,
    files: wanted.map(({ path, sha }) => ({ path, text: blobs.value.get(sha) ?? "" })),
    commits: await recentCommits(place, signal),
  });
}

/** Plain files only: a link's text is a path, a submodule has none. */
function readEntry(row: string): Entry[] {
  const [, sha = "", size = "", path = ""] = /^100\d+ blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(row) ?? [];
  return path === "" ? [] : [{ sha, size: Number(size), path }];
}

function textEntries(entries: readonly Entry[]): Entry[] {
  const small = new Map(
    entries.filter(({ size }) => size <= LARGEST_TEXT).map((entry) => [entry.path, entry] as const),
  );
  return governanceTexts([...small.keys()], MOST_TEXTS).flatMap((path) => small.get(path) ?? []);
}
