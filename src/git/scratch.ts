import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitRefusal } from "./git.ts";
import { git } from "./git.ts";

export type Scratch = { gitDir: string; home: string; signal: AbortSignal };

/** A bare repository and an empty HOME for one piece of work, gone afterwards however it ends. */
export async function withScratchRepository<T>(
  signal: AbortSignal,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T | GitRefusal> {
  const folder = await mkdtemp(join(tmpdir(), "agentpr-git-"));
  try {
    const scratch = { gitDir: join(folder, "repository.git"), home: join(folder, "home"), signal };
    await mkdir(scratch.home);
    const made = await git({
      home: scratch.home,
      signal,
      args: ["init", "--quiet", "--bare", scratch.gitDir],
    });
    return made.ok ? await work(scratch) : made;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
