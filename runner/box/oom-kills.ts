import { readFile } from "node:fs/promises";

/** How many processes this machine's kernel has killed for want of memory since its start; null where it does not say. */
export async function readOomKills(): Promise<number | null> {
  const text = await readFile("/proc/vmstat", "latin1").catch(() => "");
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}
