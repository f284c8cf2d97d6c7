import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import type { BoxPlan } from "../../../runner/box/box-args.ts";
import { findBwrap } from "../../../runner/box/find-bwrap.ts";
import { type BoxProbe, probeBox } from "../../../runner/box/probe-box.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the suite ends. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, "agentpr-test-"));
  made.push(folder);
  return folder;
}

/** A folder with the parts of one attempt. */
export function attemptFolder() {
  const root = temporaryFolder();
  const folders = {
    root,
    workDir: join(root, "tree"),
    scratch: join(root, "scratch"),
    codexHome: join(root, "codex"),
  };
  for (const path of [folders.workDir, join(folders.scratch, "tmp"), folders.codexHome])
    mkdirSync(path, { recursive: true });
  return folders;
}

export const LIMITS = {
  maxProcesses: 2_000,
  memoryBytes: 8e9,
  cpuSeconds: 120,
  fileBytes: 1e9,
  openFiles: 4_096,
};

export function planIn({ workDir, scratch }: { workDir: string; scratch: string }): BoxPlan {
  return {
    workDir,
    scratch,
    codexHome: null,
    readOnly: [],
    lent: [],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: scratch, TMPDIR: join(scratch, "tmp") },
    network: { kind: "full" },
    limits: LIMITS,
  };
}

export async function probe(): Promise<BoxProbe> {
  const bwrap = await findBwrap(process.env.PATH ?? "");
  const order = {
    bwrap: bwrap?.path ?? null,
    plan: planIn(attemptFolder()),
    signal: AbortSignal.timeout(10_000),
  };
  return probeBox(order);
}

/** A test that needs a box. Where this machine cannot make one, the probe must say why and what to do. */
export function testBoxed(name: string, body: (bwrap: string) => Promise<void>): void {
  test(name, async () => {
    const probed = await probe();
    if (probed.ok) return body(probed.bwrap);
    expect(probed.cause).toMatch(/bubblewrap|namespaces|container/);
    expect(probed.remedy).not.toBe("");
  });
}
