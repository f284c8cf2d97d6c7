import { statfs } from "node:fs/promises";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { GitRefusal } from "../../src/git/git.ts";

const LEAST_FREE_BYTES = 256 * 1024 * 1024;

/** Whether there is room to work; checked before anything is fetched. */
export async function checkDisk(folder: string): Promise<PreflightCheck> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${Math.round(free / 1024 / 1024)} MiB free in the workspace folder`;
  return { name: "disk.space", ok: free >= LEAST_FREE_BYTES, transient: true, detail };
}

const TRANSIENT: ReadonlySet<string> = new Set(["network", "failed"]);

/** Why the repository could not be provisioned, as a check that failed. */
export function cloneFailed({ kind, stderr }: GitRefusal): PreflightCheck {
  return {
    name: "repository.clone",
    ok: false,
    transient: TRANSIENT.has(kind),
    detail: `${kind}: ${stderr.slice(0, 1_000)}`,
  };
}
