import { cp, mkdir, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Policy } from "../../src/core/policy.ts";
import type { BoxNetwork } from "../box/box-args.ts";
import { byteTail } from "../box/byte-tail.ts";
import { errorCode } from "../box/error-code.ts";
import { runBoxed } from "../box/run-boxed.ts";
import type { CommandOutcome, RunCommand } from "../verify/verify.ts";
import type { Workspace } from "../workspace/provision.ts";
import { removeFolder } from "../workspace/remove-folder.ts";
import { boxEnvironment } from "./box-environment.ts";
import type { AttemptSettings } from "./settings.ts";

export type VerifySettings = Pick<
  AttemptSettings,
  "isolation" | "toolPaths" | "path" | "templates" | "limits"
>;
type Order = {
  settings: VerifySettings;
  policy: Pick<Policy, "box_network">;
  workspace: Workspace;
  signal: AbortSignal;
};

const OUTPUT_BYTES = 512 * 1024;
/** What package managers keep beside the tree; of the rest of the worker's folders there nothing may reach its judges. */
const KEPT_DEPENDENCIES = [
  "home/.local/lib",
  "home/go/pkg/mod",
  "home/.cargo/registry",
  "home/.cargo/git",
  "home/.m2/repository",
  "home/.gradle/caches/modules-2",
  "home/.nuget/packages",
  "home/.local/share/pnpm",
  // Where policy/runtime_env_overrides.json puts the same.
  "cache/go-mod",
  "cache/maven",
  "cache/nuget",
  "data/cargo/registry",
  "data/cargo/git",
  "data/gems",
  "data/gradle/caches/modules-2",
  "data/pnpm-store",
];

/** The HOME and TMPDIR of verification: new ones, because the worker could leave settings of every runner in its own. */
export function verifyScratch({ runDir }: Pick<Workspace, "runDir">): string {
  return join(runDir, "verify-scratch");
}

/** Nothing of an earlier attempt's verification is left, neither of its checkouts. */
export async function clearVerification(workspace: Workspace): Promise<void> {
  const scratch = verifyScratch(workspace);
  await Promise.all([scratch, join(workspace.runDir, "verify")].map(removeFolder));
  await mkdir(scratch, { recursive: true });
}

/** Lends the dependencies that the worker's package managers keep beside the tree; answers with what was there. */
export async function lendKeptDependencies(workspace: Workspace): Promise<string[]> {
  const lent: string[] = [];
  for (const path of KEPT_DEPENDENCIES) {
    const from = join(workspace.scratch, path);
    if (!(await isOwnFolder(from, workspace.scratch))) continue;
    const to = join(verifyScratch(workspace), path);
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
    lent.push(path);
  }
  return lent;
}

/** No link on the way there may lead the copy to anything that the worker could not read itself. */
async function isOwnFolder(path: string, scratch: string): Promise<boolean> {
  try {
    return (await realpath(path)) === join(await realpath(scratch), relative(scratch, path));
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}

/** Runs one command of the verification, held as the worker was. */
export function commandRunner({ settings, policy, workspace, signal }: Order): RunCommand {
  const scratch = verifyScratch(workspace);
  const network: BoxNetwork = { kind: policy.box_network === "full" ? "full" : "none" };
  return async (command, { cwd, env, timeoutMs }): Promise<CommandOutcome> => {
    const output = byteTail(OUTPUT_BYTES);
    let bytes = 0;
    const keep = (chunk: Buffer) => {
      bytes += chunk.length;
      output.push(chunk);
    };
    const plan = {
      workDir: cwd,
      scratch,
      codexHome: null,
      readOnly: settings.toolPaths,
      lent: [],
      env: { ...(await boxEnvironment({ ...settings, scratch, workDir: cwd })), ...env },
      network,
      limits: settings.limits,
    };
    const options = {
      signal,
      clocks: { totalMs: timeoutMs, silenceMs: null },
      onStdoutChunk: keep,
      onStderrChunk: keep,
      stderrTailBytes: 1_024,
      mark: `verify-${workspace.runDir}`,
    };
    const end = await runBoxed(settings.isolation, plan, ["/bin/bash", "-c", command], options);
    return {
      exitCode: end.exitCode,
      timedOut: end.reason === "timed_out",
      durationMs: end.durationMs,
      output: output.text(),
      outputCut: bytes > OUTPUT_BYTES,
    };
  };
}
