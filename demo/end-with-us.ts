import type { ChildProcess } from "node:child_process";

const SIGNALS = ["SIGTERM", "SIGHUP"] as const;
const alive = new Set<ChildProcess>();

/** Asks the child to end when this process does, however that comes about; a terminal's Ctrl-C reaches both by itself. */
export function endWithUs(child: ChildProcess): void {
  if (alive.size === 0) watch();
  alive.add(child);
  child.once("close", () => {
    alive.delete(child);
    if (alive.size === 0) unwatch();
  });
}

function watch(): void {
  process.on("exit", endAll);
  for (const signal of SIGNALS) process.on(signal, endAndPassOn);
}

function unwatch(): void {
  process.off("exit", endAll);
  for (const signal of SIGNALS) process.off(signal, endAndPassOn);
}

function endAll(): void {
  for (const child of alive) child.kill("SIGTERM");
}

/** Where nobody else listens, the signal would have ended this process. */
function endAndPassOn(signal: NodeJS.Signals): void {
  endAll();
  unwatch();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
