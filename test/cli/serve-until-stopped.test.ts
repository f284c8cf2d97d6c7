import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { execa } from "execa";

const CHILD = fileURLToPath(new URL("./serving-child.ts", import.meta.url));

/** Starts the process and sends it a signal each time it has said the awaited words. */
async function serve(
  drains: "yes" | "never",
  steps: readonly (readonly [words: string, signal: "SIGTERM" | "SIGINT"])[],
  env: Record<string, string> = {},
) {
  const child = execa(process.execPath, [CHILD, drains], { reject: false, timeout: 20_000, all: true, env });
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

test("systemd is told when it is ready, that it lives, and that it stops", async () => {
  const folder = await mkdtemp(join(tmpdir(), "agentpr-notify-"));
  const told = join(folder, "told");
  await writeFile(join(folder, "systemd-notify"), `#!/bin/sh\necho "$@" >> ${told}\necho notified\n`, {
    mode: 0o755,
  });
  const env = {
    NOTIFY_SOCKET: join(folder, "socket"),
    WATCHDOG_USEC: "400000",
    PATH: `${folder}:${process.env.PATH}`,
  };
  const child = execa(process.execPath, [CHILD, "yes"], { env, reject: false, timeout: 20_000 });

  while (!(await readFile(told, "utf8").catch(() => "")).includes("WATCHDOG=1"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  const { exitCode } = await child;

  const words = (await readFile(told, "utf8")).trim().split("\n");
  await rm(folder, { recursive: true, force: true });
  expect(exitCode).toBe(0);
  expect(new Set(words)).toEqual(new Set(["--ready", "WATCHDOG=1", "STOPPING=1"]));
});

test("a systemd-notify that is not there is told, and nothing more comes of it", async () => {
  const end = await serve("yes", [["app", "SIGTERM"]], { NOTIFY_SOCKET: "/nowhere", PATH: "/nowhere" });

  expect(end).toEqual({ exitCode: 0, said: ["runner drains", "app drains"] });
});
