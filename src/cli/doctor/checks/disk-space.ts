import { statfs } from "node:fs/promises";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { nearest } from "./writable-folder.ts";

const GIBIBYTE = 1024 ** 3;
const REMEDY = "Make room: mirrors and workspaces need at least 2 GiB";

/** Where the process writes most. */
export async function diskSpace({ profile, app, runner }: Context): Promise<Finding> {
  const folder = profile === "runner" ? runner().baseDir : app().dataDir;
  const { bavail, bsize } = await statfs(await nearest(folder));
  const free = (bavail * bsize) / GIBIBYTE;
  const words = `${free.toFixed(1)} GiB are free`;
  if (free < 0.5) return failure(words, REMEDY);
  return free < 2 ? warning(words, REMEDY) : ok(words);
}
