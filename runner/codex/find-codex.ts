import { constants, open, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { messageOf, Problem } from "../../src/core/problem.ts";
import { findOnPath, isExecutable } from "../box/find-executable.ts";
import { codexVendorFolder, vendorFolderBeside } from "./codex-package.ts";

export type FoundCodex = { path: string; source: "AGENTPR_CODEX_BIN" | "path" | "package"; version: string };
type Located = Omit<FoundCodex, "version">;

const VERSION_MS = 10_000;

/** Which Codex to run: the one named by AGENTPR_CODEX_BIN, the one on PATH, the installed package's. */
export async function findCodex(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<FoundCodex> {
  const located =
    (await named(env.AGENTPR_CODEX_BIN)) ?? (await onPath(env.PATH ?? "")) ?? (await installed());
  if (located === null) {
    throw new Problem(
      "Codex was not found",
      "AGENTPR_CODEX_BIN is not set, there is no codex on PATH, and @openai/codex is not installed",
      "Run npm install, or set AGENTPR_CODEX_BIN to the codex program",
    );
  }
  return { ...located, version: await versionOf(located, signal) };
}

async function named(setting: string | undefined): Promise<Located | null> {
  if (setting === undefined || setting === "") return null;
  const path = setting.replace(/^~(?=\/)/, homedir());
  if (await isExecutable(path)) return { path: await native(path), source: "AGENTPR_CODEX_BIN" };
  throw new Problem(
    "AGENTPR_CODEX_BIN is not usable",
    `${path} is not an executable file`,
    "Correct AGENTPR_CODEX_BIN, or unset it to use the codex on PATH or the installed package",
  );
}

async function onPath(pathVariable: string): Promise<Located | null> {
  const path = await findOnPath("codex", pathVariable);
  return path === null ? null : { path: await native(path), source: "path" };
}

async function installed(): Promise<Located | null> {
  const path = binaryIn(codexVendorFolder());
  return path !== null && (await isExecutable(path)) ? { path, source: "package" } : null;
}

/**
 * npm puts a Node script before the native program. It costs time, and killing it alone leaves the program running;
 * so the program of the script's own package is taken instead.
 */
async function native(path: string): Promise<string> {
  const real = await realpath(path);
  const program = (await isNodeScript(real)) ? binaryIn(vendorFolderBeside(real)) : null;
  return program !== null && (await isExecutable(program)) ? program : real;
}

function binaryIn(vendor: string | null): string | null {
  return vendor === null ? null : join(vendor, "bin", "codex");
}

async function isNodeScript(path: string): Promise<boolean> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return /^#!.*\bnode\b/.test(buffer.subarray(0, bytesRead).toString("latin1"));
  } finally {
    await handle.close();
  }
}

async function versionOf({ path, source }: Located, signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await execa(path, ["--version"], { timeout: VERSION_MS, cancelSignal: signal });
    return stdout.trim().replace(/^codex-cli\s+/, "");
  } catch (error) {
    const remedy =
      source === "AGENTPR_CODEX_BIN" ? "Correct AGENTPR_CODEX_BIN" : "Install @openai/codex again";
    throw new Problem("Codex does not run", `${path} --version failed: ${messageOf(error)}`, remedy);
  }
}
