// verify: runs the target's own tests on exactly the candidate, and on its base where that is needed to judge a failure.
// How a command is run (the box) is passed in; what a result means is decided by pure functions here.
import type { Verification, VerifiedCommand, VerifyRun } from "../../src/core/evidence.ts";
import type { PlannedCommand } from "./plan-commands.ts";
import { readResultFiles } from "./result-files.ts";
import { failed, judge, needsBase, needsSecondRun } from "./verdict.ts";
import { toVerifyRun } from "./verify-run.ts";

export type Tree = "head" | "base";
export type CommandOutcome = {
  exitCode: number | null;
  timedOut: boolean;
  durationMs: number;
  /** What it printed, both streams; the end of it when it was cut. */
  output: string;
  outputCut: boolean;
};
export type RunCommand = (
  command: string,
  options: {
    cwd: string;
    tree: Tree;
    env: Readonly<Record<string, string>>;
    timeoutMs: number;
    signal: AbortSignal;
  },
) => Promise<CommandOutcome>;

export type VerifyRequest = {
  mode: Verification["mode"];
  commands: readonly PlannedCommand[];
  /** Makes the checkout of a tree, or puts it back as it was; answers with its folder. */
  prepare: (tree: Tree) => Promise<string>;
  dependencies: Verification["dependencies"];
  runCommand: RunCommand;
  /** For each single run. */
  timeoutMs: number;
  allowlist: readonly string[];
  signal: AbortSignal;
};

/** The same for candidate and base: what a suite does must not depend on who runs it. */
export const VERIFY_ENVIRONMENT: Readonly<Record<string, string>> = {
  CI: "1",
  NO_COLOR: "1",
  TZ: "UTC",
  LANG: "C.UTF-8",
  TERM: "dumb",
};

/** Runs every planned command and says of each whether the candidate passes it. */
export async function verify(request: VerifyRequest): Promise<Verification> {
  const { mode, dependencies } = request;
  if (mode === "off") return { mode, dependencies: "none", commands: [] };
  const commands: VerifiedCommand[] = [];
  for (const planned of request.commands) {
    request.signal.throwIfAborted();
    commands.push(await verifyCommand(request, planned));
  }
  return { mode, dependencies, commands };
}

async function verifyCommand(request: VerifyRequest, planned: PlannedCommand): Promise<VerifiedCommand> {
  const { kind } = planned;
  const head = await runOnce(request, planned, "head");
  const again = needsSecondRun(head) ? await runOnce(request, planned, "head") : null;
  const { mode, allowlist } = request;
  const onBase = mode === "baseline" && needsBase({ kind, head, again, allowlist });
  const base = onBase ? await runOnce(request, planned, "base") : null;
  const verdict = judge({ kind, head, again, base, allowlist });
  return { ...planned, head, again, base, ...verdict, newFailures: failed(head) ? verdict.newFailures : [] };
}

/** Every run starts on the tree as it was checked out: tests rewrite tracked files. */
async function runOnce(request: VerifyRequest, planned: PlannedCommand, tree: Tree): Promise<VerifyRun> {
  const { timeoutMs, signal, runCommand } = request;
  const cwd = await request.prepare(tree);
  const since = Date.now();
  const outcome = await runCommand(planned.command, {
    cwd,
    tree,
    env: VERIFY_ENVIRONMENT,
    timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  const reports = planned.kind === "test" ? await readResultFiles({ folder: cwd, since, signal }) : null;
  return toVerifyRun(outcome, planned.kind, reports);
}
