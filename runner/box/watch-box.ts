import { readFile, statfs } from "node:fs/promises";
import type { OverloadReason } from "./clocks.ts";
import { descendantsOf, type Load } from "./descendants.ts";

export type WatchLimits = {
  maxProcesses: number;
  /** Of all processes together. */
  memoryBytes: number;
  /** What must stay free on the disk of `folder`. */
  freeBytes: number;
};
export type WatchOrder = {
  /** The process whose descendants are counted; of a box, the box itself. */
  pid: number;
  folder: string;
  limits: WatchLimits;
  signal: AbortSignal;
  everyMs?: number;
};

type Machine = { tasks: number; availableBytes: number };
type Least = Machine & { looks: number };

const EVERY_MS = 200;
/** What has grown before the first look has not grown since, so that the tree is counted at times in any case. */
const COUNT_EACH = 10;

/**
 * Looks at a process tree until the signal comes, or until it takes more than it may: then says what. The kernel's own
 * limits count nothing for root, and memory only by process. One look reads two small files; the tree itself is counted
 * when the whole machine has grown by so much, and at every tenth look.
 */
export async function watchBox(order: WatchOrder): Promise<OverloadReason | null> {
  const { signal, everyMs = EVERY_MS } = order;
  const least: Least = { tasks: Number.POSITIVE_INFINITY, availableBytes: 0, looks: 0 };
  while (await elapsed(everyMs, signal)) {
    const reason = await look(order, least).catch(() => null); // a look that fails is made again
    if (reason !== null) return reason;
  }
  return null;
}

async function look({ pid, folder, limits }: WatchOrder, least: Least): Promise<OverloadReason | null> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < limits.freeBytes) return "disk_full";
  const now = await readMachine();
  least.tasks = Math.min(least.tasks, now.tasks);
  least.availableBytes = Math.max(least.availableBytes, now.availableBytes);
  least.looks += 1;
  const mayHaveGrown =
    least.looks % COUNT_EACH === 0 ||
    now.tasks - least.tasks > limits.maxProcesses / 2 ||
    least.availableBytes - now.availableBytes > limits.memoryBytes / 2;
  return mayHaveGrown ? judge(await descendantsOf(pid), limits) : null;
}

export function judge({ processes, memoryBytes }: Load, limits: WatchLimits): OverloadReason | null {
  if (processes > limits.maxProcesses) return "too_many_processes";
  return memoryBytes > limits.memoryBytes ? "out_of_memory" : null;
}

async function readMachine(): Promise<Machine> {
  const [load, memory] = await Promise.all(
    ["/proc/loadavg", "/proc/meminfo"].map((path) => readFile(path, "latin1")),
  );
  const tasks = Number(/\/(\d+) /.exec(load ?? "")?.[1] ?? 0);
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(memory ?? "")?.[1] ?? 0);
  return { tasks, availableBytes: available * 1_024 };
}

/** True after the time has passed, false when the signal came first. */
function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (whole: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(whole);
    };
    const stop = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
