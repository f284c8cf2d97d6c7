import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { execa } from "execa";

const CHILD = fileURLToPath(new URL("./serving-child.ts", import.meta.url));

/** Starts the process and sends it a signal each time it has said the awaited words. */
async function serve(
  drains: "yes" | "never",
  steps: readonly (readonly [words: string, signal: "SIGTERM" | "SIGINT"])[],
) {
  const child = execa(process.execPath, [CHILD, drains], { reject: false, timeout: 20_000, all: true });
  const waiting = [...steps];
  for await (const line of child.iterable({ from: "all" })) {
    const [words, signal] = waiting[0] ?? [];
    if (words === undefined || !String(line).includes(words)) continue;
    waiting.shift();
    child.kill(signal);
  }
  const { exitCode, stdout } = await child;
  return { exitCode, said: stdout.split("\n").slice(3) };
}

test("SIGTERM lets every part end its work, in turn", async () => {
  expect(await serve("yes", [["app", "SIGTERM"]])).toEqual({
    exitCode: 0,
    said: ["runner drains", "app drains"],
  });
});

test("Ctrl-C does the same and leaves with 130", async () => {
  expect((await serve("yes", [["app", "SIGINT"]])).exitCode).toBe(130);
});

test("a second signal stops what does not end by itself", async () => {
  const end = await serve("never", [
    ["app", "SIGTERM"],
    ["runner drains", "SIGTERM"],
  ]);

  expect(end).toEqual({ exitCode: 0, said: ["runner drains", "runner stops", "app stops"] });
});
