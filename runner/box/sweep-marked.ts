import { readdir, readFile } from "node:fs/promises";

/** Every process of an unboxed command carries this variable; its value is the mark. */
export const MARK_VARIABLE = "AGENTPR_PROCESS_MARK";
const MAX_ROUNDS = 20;

/**
 * Kills whatever still carries the mark. A child that called `setsid` has left the process group, and without a box
 * no kernel boundary holds it; its inherited environment is what still tells whose it is.
 * Repeats until a round finds nothing, since a process may fork while we read. Returns how many were killed.
 */
export async function sweepMarked(mark: string): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = await findMarked(mark);
    if (found.length === 0) break;
    for (const pid of found) if (kill(pid)) killed.add(pid);
  }
  return killed.size;
}

export async function findMarked(mark: string): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const marked = await Promise.all(pids.map((pid) => carries(pid, `${MARK_VARIABLE}=${mark}`)));
  return pids.filter((_pid, index) => marked[index]);
}

/** A zombie's environment reads as empty, so it is not found, which is right: it is dead. */
async function carries(pid: number, variable: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  return environment.split("\0").includes(variable);
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false; // gone between reading and killing
  }
}
