import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/world.ts";

const MODULE = join(import.meta.dirname, "../../demo/end-with-us.ts");

/** A program that starts a child which never ends by itself, and says its pid. */
function program(then: string): string {
  return `
    import { spawn } from "node:child_process";
    import { endWithUs } from ${JSON.stringify(MODULE)};
    const child = spawn("sleep", ["300"], { stdio: "ignore" });
    endWithUs(child);
    console.log(child.pid);
    ${then}
  `;
}

/** Nothing is left of how it was called, though its number may wait to be fetched. */
async function hasEnded(pid: string): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")) === "";
}

test.each([
  ["SIGTERM", "setInterval(() => {}, 1_000);", [null, "SIGTERM"]],
  ["SIGHUP", "setInterval(() => {}, 1_000);", [null, "SIGHUP"]],
  ["SIGTERM", 'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1_000);', [7, null]],
  [null, "process.exit(3);", [3, null]],
] as const)("a child ends with the process that started it: %s", async (signal, then, end) => {
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", program(then)]);
  const ended = once(parent, "exit");
  const [pid] = await once(createInterface({ input: parent.stdout }), "line");
  if (signal !== null) await eventually("the signal is taken", async () => parent.kill(signal));

  expect(await ended).toEqual(end);
  expect(await eventually("the child's end", async () => hasEnded(pid))).toBe(true);
});
