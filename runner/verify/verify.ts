// verify: runs the target's own tests on exactly the candidate, and on its base where that is needed to judge a failure.
// How a command is run (the box) is passed in; what a result means is decided by pure functions here.
import type { Verification, VerifiedCommand, VerifyRun } from "../../src/core/evidence.ts";
import type { PlannedCommand } from "./plan-commands.ts";
import { readResultFiles } from "./result-files.ts";
import { failed, judge, needsBase, needsSecondRun } from "./verdict.ts";
import { toVerifyRun } from "./verify-run.ts";

/** `broken` is the candidate with its code made unreadable on purpose. */
export type Tree = "head" | "base" | "broken";
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
  /** What the worker wrote by hand into the folders that are lent. */
  tampered?: readonly string[];
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
  const { verdict, newFailures } = judge({ kind, head, again, base, allowlist });
  const told = { ...planned, head, again, base, newFailures: failed(head) ? newFailures : [] };
  const doubt = verdict === "passed" && kind === "test" ? await doubtOf(request, planned) : null;
  return doubt === null ? { ...told, verdict } : { ...told, verdict: "unproven", doubt };
}

/** A runner that the worker lent must be able to fail: one that was patched to be green is green on broken code as well. */
async function doubtOf(request: VerifyRequest, planned: PlannedCommand): Promise<string | null> {
  const { dependencies, tampered = [] } = request;
  if (dependencies !== "reused") return null;
  if (tampered.length > 0)
    return `the worker wrote into the dependencies that it lent: ${tampered.slice(0, 5).join(", ")}`;
  const broken = await runOnce(request, planned, "broken");
  if (failed(broken)) return null;
  return "with the worker's own dependencies it is green even on code that is broken on purpose";
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
