import { Problem } from "../../src/core/problem.ts";
import { type BoxNetwork, type BoxPlan, boxArgs, FORWARDER, type Isolation } from "./box-args.ts";
import { readHostView } from "./host-view.ts";
import { limitArgv } from "./limit-argv.ts";
import { type ProcessEnd, type ProcessOrder, runProcess } from "./run-process.ts";
import { MARK_VARIABLE } from "./sweep-marked.ts";
import type { WatchLimits } from "./watch-box.ts";

export type BoxedOptions = Omit<ProcessOrder, "argv" | "cwd" | "env">;

/** Runs a command under the given isolation: same order, same end, whatever holds it. */
export async function runBoxed(
  isolation: Isolation,
  plan: BoxPlan,
  argv: readonly string[],
  options: BoxedOptions,
): Promise<ProcessEnd> {
  const limited = [...limitArgv(plan.limits, { countProcesses: isolation.kind === "box" }), ...argv];
  const watched = { watch: { folder: plan.workDir, limits: watchLimits(plan) }, ...options };
  if (isolation.kind === "box") return runInBubblewrap(isolation.bwrap, plan, limited, watched);
  refuseClosedNetwork(plan.network);
  return runProcess({
    ...watched,
    argv: limited,
    cwd: plan.workDir,
    env: { ...plan.env, ...markOf(options) },
  });
}

/** One process that wants too much fails alone, by the kernel; only several of them end the whole. */
const TOGETHER = 2;
/** Below this a full disk would hurt others on the machine, the database first. */
const FREE_BYTES = 128 * 1024 * 1024;

function watchLimits({ limits: { maxProcesses, memoryBytes } }: BoxPlan): WatchLimits {
  return { maxProcesses, memoryBytes: memoryBytes * TOGETHER, freeBytes: FREE_BYTES };
}

async function runInBubblewrap(bwrap: string, plan: BoxPlan, argv: readonly string[], options: BoxedOptions) {
  const flags = boxArgs(plan, await readHostView());
  const command = [bwrap, ...flags, "--", ...forwarded(plan.network, argv)];
  return runProcess({ ...options, argv: command, cwd: "/", env: plan.env });
}

/**
 * The forwarder starts beside the command instead of before it: it listens long before Codex first asks for anything, and
 * a connection that still came too early is tried again. When the command ends, the box ends, and the forwarder with it.
 */
const BESIDE = '"$0" "$1" "$2" "$3" </dev/null & shift 3; exec "$@"';

function forwarded(network: BoxNetwork, argv: readonly string[]): readonly string[] {
  if (network.kind !== "provider") return argv;
  const forwarder = [process.execPath, FORWARDER.script, String(network.port), FORWARDER.socket];
  return ["/bin/sh", "-c", BESIDE, ...forwarder, ...argv];
}

function markOf({ mark }: BoxedOptions): Record<string, string> {
  return mark === undefined ? {} : { [MARK_VARIABLE]: mark };
}

function refuseClosedNetwork(network: BoxNetwork): void {
  if (network.kind === "full") return;
  throw new Problem(
    "The network cannot be closed without a box",
    "box_network is provider, but the isolation is not box",
    "Set isolation to box, or box_network to full",
  );
}
