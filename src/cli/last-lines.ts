import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { createInterface } from "node:readline";
import { EXIT, Problem } from "../core/problem.ts";

/** The last lines of a log and of the newest file that was put aside from it, without holding more than is asked for. */
export async function readLastLines(file: string, most: number): Promise<string[]> {
  const there = [];
  for (const path of [`${file}.1`, file]) if (await isThere(path)) there.push(path);
  if (there.length === 0)
    throw new Problem(
      `There is no log ${file}`,
      "no request to the webhooks has left a line yet",
      "Send one: node deploy/scripts/webhook-probe.ts --help",
      EXIT.refused,
    );
  const last: string[] = [];
  for (const path of there)
    for await (const line of createInterface({ input: createReadStream(path, "utf8") })) {
      if (line !== "") last.push(line);
      if (last.length >= 2 * most) last.splice(0, last.length - most);
    }
  return last.slice(-most);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
