import { hostname } from "node:os";

/** A worker's name says where it runs, so that a restart on the same host can tell that its predecessor is dead. */
export function workerName(role: string): string {
  return `${role}@${hostname()}#${process.pid}`;
}

/** True when a worker of this host, by its name, belongs to a process that is no more. */
export function isDeadHere(worker: string): boolean {
  const [, host, pid] = /@(.+)#(\d+)(?:\/\d+)?$/.exec(worker) ?? [];
  return host === hostname() && Number(pid) !== process.pid && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it lives, and belongs to somebody else
  }
}
