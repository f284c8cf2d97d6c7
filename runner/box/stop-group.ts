import { messageOf } from "../../src/core/problem.ts";
import { errorCode } from "./error-code.ts";

/** Asks the process group of `pid` to end and, `graceMs` later, makes it; at once when that is 0. Returns how to call it off. */
export function stopGroup(pid: number, graceMs: number): () => void {
  if (graceMs === 0) {
    signalGroup(pid, "SIGKILL");
    return () => undefined;
  }
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
  return () => clearTimeout(timer);
}

/** True when there was a group to signal. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    throw new Error(`cannot send ${signal} to the process group ${pid}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
