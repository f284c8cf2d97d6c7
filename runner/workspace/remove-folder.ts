import { rm } from "node:fs/promises";
import { execa } from "execa";
import { codeOf } from "../../src/git/error-code.ts";

/** Removes a folder whatever modes its content has: tools leave read-only folders behind (Go's module cache does). */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 2 });
  } catch (error) {
    if (!["EACCES", "EPERM"].includes(codeOf(error))) throw error;
    await execa("chmod", ["-R", "u+rwX", "--", path], { reject: false });
    await rm(path, { recursive: true, force: true, maxRetries: 2 });
  }
}
