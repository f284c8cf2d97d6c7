import type { Command } from "commander";
import { EXIT, Problem } from "../core/problem.ts";

/** A run is named in its place or by --run-id, whichever comes easier. */
export function takesRun(command: Command): Command {
  return command.argument("[run]", "the run").option("--run-id <run>", "the run");
}

export function namedRun(command: Command): string {
  const [argument] = command.processedArgs as (string | undefined)[];
  const { runId } = command.opts<{ runId?: string }>();
  if (argument !== undefined && runId !== undefined && argument !== runId)
    throw usage("Two different runs are named", `${argument} and --run-id ${runId}`);
  return argument ?? runId ?? missing();
}

function missing(): never {
  throw usage("No run is named", "the command acts on one run");
}

function usage(what: string, why: string): Problem {
  return new Problem(
    what,
    why,
    "Name it once: agentpr <command> <run>; agentpr list-runs shows them",
    EXIT.usage,
  );
}
