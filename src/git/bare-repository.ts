import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SETTINGS = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

/**
 * An empty bare repository. It is laid out as gitrepository-layout(5) says, without a process: every publish, survey and
 * attempt makes one.
 */
export async function makeBareRepository(gitDir: string): Promise<void> {
  for (const folder of ["objects/info", "objects/pack", "refs/heads", "refs/tags"])
    await mkdir(join(gitDir, folder), { recursive: true });
  await writeFile(join(gitDir, "config"), SETTINGS);
  // Last: a folder without its HEAD is no repository yet.
  await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/main\n");
}
