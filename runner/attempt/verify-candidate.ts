import { join } from "node:path";
import type { CommandRun, Verification } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { byteTail } from "../box/byte-tail.ts";
import { runBoxed } from "../box/run-boxed.ts";
import { checkOutTree } from "../verify/checkout.ts";
import { dependencyFolders, lendDependencies } from "../verify/dependencies.ts";
import { planCommands } from "../verify/plan-commands.ts";
import { readPlanFiles } from "../verify/plan-files.ts";
import { type CommandOutcome, type RunCommand, type Tree, verify } from "../verify/verify.ts";
import type { Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { boxEnvironment } from "./box-environment.ts";
import type { RunnerSettings } from "./settings.ts";

type Order = {
  settings: RunnerSettings;
  spec: AttemptSpec;
  workspace: Workspace;
  candidate: Candidate;
  /** What the worker ran: asked last, and weak. */
  commands: readonly CommandRun[];
  signal: AbortSignal;
};

const OUTPUT_BYTES = 512 * 1024;

/** Runs the target's own tests on a fresh checkout of exactly the candidate, and on its base where a failure must be judged. */
export async function verifyCandidate(order: Order): Promise<Verification> {
  const { spec, workspace, signal } = order;
  const place = { gitDir: workspace.gitDir, home: workspace.home, signal };
  const planned = await readPlanFiles({ ...place, sha: workspace.baseSha });
  if (!planned.ok) throw new Error(`The base commit cannot be read: ${planned.stderr}`);
  const worker = order.commands.map(({ command }) => command);
  const { commands } = planCommands({
    policy: spec.policy.verify_commands,
    ...planned.value,
    contract: [],
    worker,
  });
  const folders = await dependencyFolders({
    ...place,
    indexFile: join(workspace.gitDir, "candidate-index"),
    tree: workspace.tree,
  });
  return verify({
    mode: spec.policy.verify_mode,
    commands,
    prepare: (tree) => prepare(order, tree, folders),
    dependencies: folders.length > 0 ? "reused" : "none",
    runCommand: commandRunner(order),
    timeoutMs: spec.policy.verify_timeout_sec * 1_000,
    allowlist: spec.policy.known_test_failure_allowlist,
    signal,
  });
}

/** The checkout of a tree as git has it, with the worker's ignored dependency folders lent to it. */
async function prepare(
  { workspace, candidate, signal }: Order,
  tree: Tree,
  folders: readonly string[],
): Promise<string> {
  const folder = join(workspace.runDir, `verify-${tree}`);
  const treeish = tree === "head" ? candidate.treeSha : workspace.baseSha;
  const out = await checkOutTree({
    gitDir: workspace.gitDir,
    home: workspace.home,
    treeish,
    folder,
    name: tree,
    signal,
  });
  if (!out.ok) throw new Error(`The ${tree} tree cannot be checked out: ${out.stderr}`);
  await lendDependencies({ from: workspace.tree, to: folder, folders, signal });
  return folder;
}

function commandRunner({ settings, workspace, signal }: Order): RunCommand {
  return async (command, { cwd, env, timeoutMs }): Promise<CommandOutcome> => {
    const output = byteTail(OUTPUT_BYTES);
    let bytes = 0;
    const keep = (chunk: Buffer) => {
      bytes += chunk.length;
      output.push(chunk);
    };
    const plan = {
      workDir: cwd,
      scratch: workspace.scratch,
      codexHome: null,
      readOnly: settings.toolPaths,
      lent: [],
      env: { ...(await boxEnvironment(workspace.scratch, settings.path)), ...env },
      network: { kind: "full" } as const,
      limits: settings.limits,
    };
    const clocks = { totalMs: timeoutMs, silenceMs: null };
    const options = {
      signal,
      clocks,
      onStdoutChunk: keep,
      onStderrChunk: keep,
      stderrTailBytes: 1_024,
      mark: `verify-${workspace.runDir}`,
    };
    const end = await runBoxed(settings.isolation, plan, ["/bin/bash", "-c", command], options);
    const timedOut = end.reason === "timed_out";
    return {
      exitCode: end.exitCode,
      timedOut,
      durationMs: end.durationMs,
      output: output.text(),
      outputCut: bytes > OUTPUT_BYTES,
    };
  };
}
