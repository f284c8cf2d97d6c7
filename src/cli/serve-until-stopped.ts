import { flushCompileCache } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { EXIT } from "../core/problem.ts";
import type { Running } from "../main/start-app.ts";
import { printJson } from "./print-json.ts";
import { optionsOf } from "./program.ts";
import { renderFacts } from "./render.ts";
import { serviceManager } from "./service-manager.ts";

/** Longest wait for work under way; systemd's TimeoutStopSec is a little more. */
const GRACE_MS = 90_000;

/** Says that it is ready, then waits: a first signal drains, a second one or the end of the grace stops. */
export async function serveUntilStopped(command: Command, parts: readonly Running[]): Promise<void> {
  const signals = listen();
  const manager = serviceManager(process.env);
  announce(command, parts);
  manager.ready();
  flushCompileCache(); // the next start is quicker, however this one ends
  process.exitCode = (await signals.first) === "SIGINT" ? EXIT.interrupted : EXIT.done;
  manager.stopping();
  process.stderr.write("stopping: work under way is brought to its end; once more to stop at once\n");
  const drained = inTurn(parts, (part) => part.drain());
  const ended = await Promise.race([drained.then(() => true), signals.second, graceOver()]);
  if (!ended) await inTurn(parts, (part) => part.stop());
  manager.close();
  signals.close();
}

function announce(command: Command, parts: readonly Running[]): void {
  const facts = parts.flatMap((part) => part.ready);
  if (optionsOf(command).json) printJson("agentpr.ready.v1", { ok: true, ready: Object.fromEntries(facts) });
  else process.stdout.write(`${["ready", ...renderFacts(facts)].join("\n")}\n`);
}

type Signal = "SIGINT" | "SIGTERM";

function listen() {
  const first = Promise.withResolvers<Signal>();
  const second = Promise.withResolvers<false>();
  let count = 0;
  const onSignal = (signal: Signal) => {
    count += 1;
    if (count === 1) first.resolve(signal);
    else second.resolve(false);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const close = () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  return { first: first.promise, second: second.promise, close };
}

async function inTurn(parts: readonly Running[], end: (part: Running) => Promise<void>): Promise<void> {
  for (const part of parts) await end(part);
}

function graceOver(): Promise<false> {
  return sleep(GRACE_MS, false as const, { ref: false });
}
