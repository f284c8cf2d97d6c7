import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { cp, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder } from "./remove-folder.ts";

/** What a repository of the agent is before it is checked out: all that decides it. */
export type Start = { mirror: string; base: { branch: string; sha: string }; historyDepth: number };

/** Attempts of a run begin at the same commit, so one start of each mirror is kept. It is copied: an agent may write to its own. */
export async function copyKeptStart(start: Start, gitDir: string): Promise<boolean> {
  try {
    await cp(join(folderOf(start), nameOf(start)), gitDir, COPY);
    return true;
  } catch {
    // None is kept, or another attempt has just replaced it: what was copied so far goes, and git fetches instead.
    await removeFolder(gitDir);
    return false;
  }
}

/** Keeps it in place of those before. Answers whether it could: attempts side by side may take each other's away. */
export async function keepStart(start: Start, gitDir: string): Promise<boolean> {
  const folder = folderOf(start);
  await mkdir(folder, { recursive: true });
  const earlier = await readdir(folder);
  const making = join(folder, `making-${randomUUID()}`);
  try {
    await cp(gitDir, making, COPY);
    await rename(making, join(folder, nameOf(start)));
    await Promise.all(earlier.map((name) => removeFolder(join(folder, name))));
    return true;
  } catch {
    await removeFolder(making);
    return false;
  }
}

const COPY = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true } as const;

function folderOf({ mirror }: Start): string {
  return `${mirror}.start`;
}

function nameOf({ base, historyDepth }: Start): string {
  return createHash("sha256")
    .update(JSON.stringify([base.branch, base.sha, historyDepth]))
    .digest("hex");
}
