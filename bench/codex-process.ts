import { readFile } from "node:fs/promises";
import { startedAt } from "./process-facts.ts";

/** When the Codex that works for this runner was started, in milliseconds since 1970; null while there is none. */
export async function codexStartedAt(runnerPid: number): Promise<number | null> {
  for (const pid of await descendantsOf(runnerPid))
    if (/codex\0exec\0/.test(await told(pid, "cmdline"))) return startedAt(pid);
  return null;
}

/** Only its own: the box's way reads every process of the machine, which would cost what is measured here. */
async function descendantsOf(pid: number): Promise<number[]> {
  const children = (await told(pid, `task/${pid}/children`)).split(" ").filter(Boolean).map(Number);
  const further = await Promise.all(children.map(descendantsOf));
  return [...further.flat(), ...children];
}

/** A process that has ended meanwhile tells nothing. */
function told(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "");
}
