import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findCodex } from "../../../../runner/codex/find-codex.ts";
import { type Context, type Finding, ok, warning } from "../check.ts";

const REMEDY = "Leave codex_sandbox at danger-full-access: then the box alone holds Codex";

/** Codex's own sandbox, which policies may ask for inside the box. */
export async function sandbox({ runner }: Context, signal: AbortSignal): Promise<Finding> {
  const found = await findCodex(runner().environment, signal).catch(() => null);
  if (found === null) return ok("not tried without Codex");
  const home = await mkdtemp(join(tmpdir(), "agentpr-doctor-"));
  try {
    const env = { PATH: process.env.PATH ?? "", HOME: home, CODEX_HOME: home };
    const options = { cancelSignal: signal, reject: false, all: true, env, extendEnv: false } as const;
    const { exitCode, all } = await execa(found.path, ["sandbox", "true"], { ...options, cwd: home });
    return exitCode === 0
      ? ok("workspace-write works here, too")
      : warning(`only danger-full-access can be used here: ${firstLine(all)}`, REMEDY);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0]?.slice(0, 200) || "Codex's sandbox does not start";
}
