import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeBareRepository } from "./bare-repository.ts";

export type Scratch = { gitDir: string; home: string; signal: AbortSignal };

/** A bare repository and an empty HOME for one piece of work, gone afterwards however it ends. */
export async function withScratchRepository<T>(
  signal: AbortSignal,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "agentpr-git-"));
  try {
    const scratch = { gitDir: join(folder, "repository.git"), home: join(folder, "home"), signal };
    await mkdir(scratch.home);
    await makeBareRepository(scratch.gitDir);
    return await work(scratch);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
