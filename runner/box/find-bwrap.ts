import { join } from "node:path";
import { codexVendorFolder } from "../codex/codex-package.ts";
import { findOnPath, isExecutable } from "./find-executable.ts";

export type FoundBwrap = { path: string; source: "path" | "package" };

/** The system's bubblewrap, else the one that comes with Codex. */
export async function findBwrap(pathVariable: string): Promise<FoundBwrap | null> {
  const onPath = await findOnPath("bwrap", pathVariable);
  if (onPath !== null) return { path: onPath, source: "path" };
  const vendor = codexVendorFolder();
  const bundled = vendor === null ? null : join(vendor, "codex-resources", "bwrap");
  return bundled !== null && (await isExecutable(bundled)) ? { path: bundled, source: "package" } : null;
}
