import { readdir, realpath, rmdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { codeOf } from "../../src/git/error-code.ts";
import { type RunName, runParts } from "./paths.ts";
import { removeFolder } from "./remove-folder.ts";

export type Leftover = RunName & { path: string; modifiedAt: number };

/** Removes everything of a run, and the folders above it when they are empty then. */
export async function removeWorkspace(baseDir: string, run: RunName): Promise<void> {
  const [owner, repo, runId] = runParts(run);
  const path = join(baseDir, owner, repo, runId);
  if (!(await liesIn(baseDir, path))) return;
  await removeFolder(path);
  await removeIfEmpty(join(baseDir, owner, repo));
  await removeIfEmpty(join(baseDir, owner));
}

/** Every run's folder under the base folder, for whoever knows which runs are over. */
export async function listWorkspaces(baseDir: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const owner of await foldersIn(baseDir))
    for (const repo of await foldersIn(join(baseDir, owner)))
      for (const runId of await foldersIn(join(baseDir, owner, repo))) {
        const path = join(baseDir, owner, repo, runId);
        found.push({ owner, repo, runId, path, modifiedAt: (await stat(path)).mtimeMs });
      }
  return found;
}

/** False for what is not there, and for what a link would lead out of the base folder. */
async function liesIn(baseDir: string, path: string): Promise<boolean> {
  try {
    return (await realpath(path)).startsWith(`${await realpath(baseDir)}${sep}`);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Names that could be an owner's, a repository's or a run's; links and hidden folders are none of ours. */
async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name);
}

async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!["ENOTEMPTY", "ENOENT", "EEXIST"].includes(codeOf(error))) throw error;
  }
}
