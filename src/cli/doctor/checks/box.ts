import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBwrap } from "../../../../runner/box/find-bwrap.ts";
import { probeBox } from "../../../../runner/box/probe-box.ts";
import { nodeToolPaths } from "../../../../runner/box/tool-paths.ts";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";

const LIMITS = {
  maxProcesses: 512,
  memoryBytes: 2 ** 31,
  cpuSeconds: 60,
  fileBytes: 2 ** 20,
  openFiles: 1_024,
};

/** Makes a real box, with the flags that attempts use, and runs nothing in it. */
export async function box({ runner, requireCodex }: Context, signal: AbortSignal): Promise<Finding> {
  const { environment, allowUnboxed } = runner();
  const folder = await mkdtemp(join(tmpdir(), "agentpr-doctor-"));
  try {
    const bwrap = await findBwrap(environment.PATH ?? "");
    const probe = await probeBox({ bwrap: bwrap?.path ?? null, plan: emptyPlan(folder), signal });
    if (probe.ok) return ok(`${probe.version} (${probe.bwrap})`);
    return (requireCodex && !allowUnboxed ? failure : warning)(probe.cause, probe.remedy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function emptyPlan(folder: string) {
  return {
    workDir: folder,
    scratch: folder,
    codexHome: null,
    readOnly: nodeToolPaths(process.execPath),
    lent: [],
    env: { PATH: "/usr/bin:/bin" },
    network: { kind: "full" as const },
    limits: LIMITS,
  };
}
