import { readFile } from "node:fs/promises";

const TICKS_PER_SECOND = 100; // Linux tells every program the same

/** User and system time of a process, all its threads together. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** When a process was started, in milliseconds since 1970, to the hundredth of a second after it. */
export async function startedAt(pid: number): Promise<number> {
  const [upSeconds] = (await readFile("/proc/uptime", "utf8")).split(" ");
  const bootedAt = Date.now() - Number(upSeconds) * 1_000;
  return bootedAt + (Number((await statOf(pid))[19]) + 1) * (1_000 / TICKS_PER_SECOND);
}

/** The fields of its state that follow its name. */
async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** What a process keeps in memory now, in MB. */
export async function residentMegabytesOf(pid: number): Promise<number> {
  return megabytesOf(pid, "VmRSS");
}

/** The same without the program's files, which the system may drop and read again as it likes. */
export async function ownMegabytesOf(pid: number): Promise<number> {
  return megabytesOf(pid, "RssAnon");
}

async function megabytesOf(pid: number, what: "VmRSS" | "RssAnon"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1_024;
}
