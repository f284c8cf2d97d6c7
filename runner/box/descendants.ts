import { readdir, readFile } from "node:fs/promises";

/** What a process tree takes: how many processes, and how much memory that is theirs alone. */
export type Load = { processes: number; memoryBytes: number };

type Process = { pid: number; parent: number };

/** Orphans of a box become children of its first process, so none of them is ever missed there. */
export async function descendantsOf(root: number): Promise<Load> {
  const pids = await treeBelow(root);
  const sizes = await Promise.all(pids.map(ownMemoryOf));
  return { processes: pids.length, memoryBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function treeBelow(root: number): Promise<number[]> {
  const children = Map.groupBy(await allProcesses(), ({ parent }) => parent);
  const found: number[] = [];
  for (let next = [root]; next.length > 0; ) {
    next = next.flatMap((pid) => (children.get(pid) ?? []).map((child) => child.pid));
    found.push(...next);
  }
  return found;
}

async function allProcesses(): Promise<Process[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(names.map((name) => readProcess(Number(name))));
  return all.filter((process) => process !== null);
}

async function readProcess(pid: number): Promise<Process | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => ""); // gone meanwhile
  // The name stands in parentheses and may hold anything, so what follows its last one is read.
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return stat === "" || Number.isNaN(parent) ? null : { pid, parent };
}

async function ownMemoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => "");
  const kilobytes = [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+)/gm)].map(([, size]) => Number(size));
  return kilobytes.reduce((sum, size) => sum + size, 0) * 1_024;
}
