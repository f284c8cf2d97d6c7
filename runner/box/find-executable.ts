import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** First executable file of that name on a PATH; relative entries are ignored, they mean another folder in each process. */
export async function findOnPath(name: string, pathVariable: string): Promise<string | null> {
  for (const folder of pathVariable.split(delimiter).filter(isAbsolute)) {
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // not there or not ours to run: both mean no
  }
}
