import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The native programs of the @openai/codex that is installed with us, `vendor/<triple>`; null when it is not. */
export function codexVendorFolder(): string | null {
  const codex = resolveFrom(import.meta.url, "@openai/codex/package.json");
  return codex === null ? null : vendorFolderBeside(codex);
}

/** The same, of the @openai/codex that a given file belongs to. */
export function vendorFolderBeside(file: string): string | null {
  const platform = resolveFrom(file, `@openai/codex-${process.platform}-${process.arch}/package.json`);
  const vendor = platform === null ? null : join(dirname(platform), "vendor");
  if (vendor === null || !existsSync(vendor)) return null;
  const triple = readdirSync(vendor).find((name) => existsSync(join(vendor, name, "bin")));
  return triple === undefined ? null : join(vendor, triple);
}

function resolveFrom(from: string, request: string): string | null {
  try {
    return createRequire(from).resolve(request);
  } catch {
    return null; // not installed
  }
}
