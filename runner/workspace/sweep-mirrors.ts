import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../../src/git/error-code.ts";
import { removeFolder } from "./remove-folder.ts";

/** The installations of the app whose mirrors lie here, by the folder that each has below its host. */
export async function sweepMirrors(
  cacheDir: string,
  isKept: (installationId: number) => Promise<boolean>,
): Promise<string[]> {
  const gone: string[] = [];
  for (const host of await foldersIn(cacheDir))
    for (const folder of await foldersIn(join(cacheDir, host))) {
      const [, id] = /^installation-(\d{1,15})$/.exec(folder) ?? [];
      if (id === undefined || (await isKept(Number(id)))) continue;
      await removeFolder(join(cacheDir, host, folder));
      gone.push(folder);
    }
  return gone;
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
