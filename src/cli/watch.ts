import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { EXIT, Problem } from "../core/problem.ts";

const MOST_SEC = 86_400;

/** Shows the same again and again. */
export function takesWatch(command: Command): Command {
  return command.option("--watch [seconds]", "show it again and again, every 2 seconds or as often as said");
}

/** Null without --watch. */
export function watchMs(given: string | true | undefined): number | null {
  if (given === undefined) return null;
  const seconds = given === true ? 2 : Number(given);
  if (seconds >= 0.1 && seconds <= MOST_SEC) return seconds * 1_000;
  throw new Problem(
    `--watch ${given} is not usable`,
    "it is no number of seconds",
    "Correct --watch",
    EXIT.usage,
  );
}

/** Rounds until Ctrl-C; on a terminal each takes the place of the one before. */
export async function watching(everyMs: number, round: () => Promise<void>): Promise<void> {
  const stop = untilSignal();
  while (!stop.aborted) {
    if (process.stdout.isTTY) process.stdout.write("\u001b[H\u001b[2J\u001b[3J");
    await round();
    await pause(everyMs, stop);
  }
  process.exitCode = EXIT.interrupted;
}

export function untilSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return stopping.signal;
}

/** Ends early, and well, when the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
