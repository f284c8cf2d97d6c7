import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const SHARED_MEMORY = "/dev/shm";
const ENOUGH_BYTES = 4 * 1024 ** 3;

/**
 * Lets the suites' temporary files lie in memory where there is room, unless TMPDIR says where: they make tens of thousands,
 * each commit of a database waits for its disk, and nothing of theirs is to outlive the run.
 */
export function keepFilesInMemory(env: NodeJS.ProcessEnv = process.env): void {
  if (env.TMPDIR !== undefined || !hasRoom()) return;
  const folder = mkdtempSync(join(SHARED_MEMORY, "agentpr-"));
  // Postgres, which will not run as root, passes through as somebody else.
  chmodSync(folder, 0o711);
  env.TMPDIR = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}

function hasRoom(): boolean {
  if (!existsSync(SHARED_MEMORY)) return false;
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  return bavail * bsize >= ENOUGH_BYTES;
}
