import { join } from "node:path";
import type { CommandRun, Verification } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { byteTail } from "../box/byte-tail.ts";
import { runBoxed } from "../box/run-boxed.ts";
import { checkouts } from "../verify/checkouts.ts";
import { dependencyFolders } from "../verify/dependencies.ts";
import { planCommands } from "../verify/plan-commands.ts";
import { readPlanFiles } from "../verify/plan-files.ts";
import { installCommands, knownInstalls } from "../verify/plan-install.ts";
import {
  type CommandOutcome,
  type RunCommand,
  type Tree,
  VERIFY_ENVIRONMENT,
  verify,
} from "../verify/verify.ts";
import { type Candidate, candidateIndex } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { boxEnvironment } from "./box-environment.ts";
import type { AttemptSettings } from "./settings.ts";

type Order = {
  settings: AttemptSettings;
  spec: AttemptSpec;
  workspace: Workspace;
  candidate: Candidate;
  /** What the worker ran: asked last, and weak. */
  commands: readonly CommandRun[];
  signal: AbortSignal;
};

const NO_CONTRACT = { toolchain: { install: [], test: [], lint: [] } };
const OUTPUT_BYTES = 512 * 1024;

/** Runs the target's own tests on a fresh checkout of exactly the candidate, and on its base where a failure must be judged. */
export async function verifyCandidate(order: Order): Promise<Verification> {
  const { spec, workspace, signal } = order;
  const { policy } = spec;
  const place = { gitDir: workspace.gitDir, home: workspace.home, signal };
  const planned = await readPlanFiles({ ...place, sha: workspace.baseSha });
  if (!planned.ok) throw new Error(`The base commit cannot be read: ${planned.stderr}`);
  const { toolchain } = spec.packet.contract ?? NO_CONTRACT;
  const worker = order.commands.map(({ command }) => command);
  const { commands } = planCommands({
    policy: policy.verify_commands,
    repository: spec.repository,
    ...planned.value,
    contract: [...toolchain.test, ...toolchain.lint],
    worker,
  });
  const runCommand = commandRunner(order);
  const { prepare, dependencies } = await prepareTrees(order, runCommand, planned.value.paths);
  return verify({
    mode: policy.verify_mode,
    commands,
    prepare,
    dependencies,
    runCommand,
    timeoutMs: policy.verify_timeout_sec * 1_000,
    allowlist: policy.known_test_failure_allowlist,
    signal,
  });
}

type Prepared = Pick<Parameters<typeof verify>[0], "prepare" | "dependencies">;

/** Checkouts with the same dependencies in each: installed from the lock file, or lent from the worker's own tree. */
async function prepareTrees(
  order: Order,
  runCommand: RunCommand,
  paths: readonly string[],
): Promise<Prepared> {
  const { spec, workspace, candidate, signal } = order;
  const place = { gitDir: workspace.gitDir, home: workspace.home, signal };
  const trees = {
    folder: join(workspace.runDir, "verify"),
    head: candidate.treeSha,
    base: workspace.baseSha,
  };
  const installs = spec.policy.verify_dependencies === "install" ? installsOf(spec, paths) : [];
  if (installs.length > 0) {
    const prepare = installing(checkouts({ ...place, ...trees, lend: null }), installs, order, runCommand);
    return { prepare, dependencies: "installed" };
  }
  const folders = await dependencyFolders({
    ...place,
    indexFile: candidateIndex(workspace.gitDir),
    tree: workspace.tree,
  });
  const lend = { from: workspace.tree, folders };
  return {
    prepare: checkouts({ ...place, ...trees, lend }),
    dependencies: folders.length > 0 ? "reused" : "none",
  };
}

/** What the lock files say; without any, what the contract names among the commands that are known. */
function installsOf({ packet }: AttemptSpec, paths: readonly string[]): string[] {
  const found = installCommands(paths);
  return found.length > 0 ? found : knownInstalls(packet.contract?.toolchain.install ?? []);
}

/** Installs once in each tree; ignored files stay when it is put back, so what was installed stays too. */
function installing(
  prepare: Prepared["prepare"],
  installs: readonly string[],
  { spec, signal }: Order,
  runCommand: RunCommand,
): Prepared["prepare"] {
  const done = new Set<Tree>();
  return async (tree) => {
    const cwd = await prepare(tree);
    if (done.has(tree)) return cwd;
    done.add(tree);
    const options = {
      cwd,
      tree,
      env: VERIFY_ENVIRONMENT,
      timeoutMs: spec.policy.verify_timeout_sec * 1_000,
      signal,
    };
    for (const command of installs) await runCommand(command, options);
    return cwd;
  };
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
      env: { ...(await boxEnvironment({ ...settings, scratch: workspace.scratch, workDir: cwd })), ...env },
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
