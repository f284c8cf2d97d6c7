import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Folders that hold a Node installed outside the system folders: its `bin`, and npm where it lies beside it.
 * The whole prefix would be too much: it may be somebody's home.
 */
export function nodeToolPaths(execPath: string): string[] {
  const bin = dirname(execPath);
  const modules = join(dirname(bin), "lib", "node_modules");
  return [bin, modules].filter((path) => !isSystemPath(path) && existsSync(path));
}

function isSystemPath(path: string): boolean {
  return ["/usr/", "/bin/", "/opt/"].some((folder) => `${path}/`.startsWith(folder));
}
