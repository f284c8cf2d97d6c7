import type { CommandRun, Verification } from "../../src/core/evidence.ts";
import type { AttemptSpec, TaskPacket } from "../../src/core/packet.ts";
import { testInfrastructure } from "../../src/core/test-infrastructure.ts";
import { planCommands } from "../verify/plan-commands.ts";
import { type PlanFiles, readPlanFiles } from "../verify/plan-files.ts";
import { verify } from "../verify/verify.ts";
import type { Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { commandRunner, type VerifySettings } from "./verify-box.ts";
import { prepareTrees } from "./verify-trees.ts";

type Order = {
  settings: VerifySettings;
  spec: Pick<AttemptSpec, "policy" | "repository"> & { packet: Pick<TaskPacket, "contract"> };
  workspace: Workspace;
  candidate: Candidate;
  /** What the worker ran: asked last, and weak. */
  commands: readonly CommandRun[];
  /** The files that the worker's edits named. */
  fileChanges: readonly { path: string }[];
  signal: AbortSignal;
};

const NO_TOOLCHAIN = { install: [], test: [] };

/** Runs the target's own tests on a fresh checkout of exactly the candidate, and on its base where a failure must be judged. */
export async function verifyCandidate(order: Order): Promise<Verification> {
  const { spec, workspace, candidate, signal } = order;
  const { policy } = spec;
  const place = { gitDir: workspace.gitDir, home: workspace.home, signal };
  const planned = await readPlanFiles({ ...place, sha: workspace.baseSha });
  if (!planned.ok) throw new Error(`The base commit cannot be read: ${planned.stderr}`);
  const { install, test } = spec.packet.contract?.toolchain ?? NO_TOOLCHAIN;
  const toRoot = atRoot(workspace);
  const worker = order.commands.map(({ command }) => toRoot(command));
  const { commands } = planCommands({
    policy: policy.verify_commands,
    repository: spec.repository,
    ...planned.value,
    contract: test.map(toRoot),
    worker,
  });
  const infrastructure = testInfrastructure(withCandidate(planned.value, candidate));
  const request = {
    mode: policy.verify_mode,
    commands,
    timeoutMs: policy.verify_timeout_sec * 1_000,
    allowlist: policy.known_test_failure_allowlist,
    runCommand: commandRunner({ ...order, policy }),
    signal,
  };
  if (policy.verify_mode === "off" || commands.length === 0)
    return { mode: policy.verify_mode, dependencies: "none", commands: [], infrastructure };
  const trees = await prepareTrees({
    ...order,
    ...request,
    policy,
    paths: planned.value.paths,
    named: install,
    commands: worker,
    changed: order.fileChanges.map(({ path }) => path),
  });
  return { ...(await verify({ ...request, ...trees })), infrastructure };
}

/** The worker's tree is elsewhere; in the checkouts its paths begin at the root. */
function atRoot({ tree }: Workspace): (command: string) => string {
  return (command) => command.replaceAll(`${tree}/`, "").replaceAll(tree, ".");
}

/** What the candidate adds or keeps; what it deletes was there, and counts as well. */
function withCandidate({ paths, files }: PlanFiles, { facts }: Candidate): PlanFiles {
  return { paths: [...paths, ...facts.diff.files.map(({ path }) => path)], files };
}
