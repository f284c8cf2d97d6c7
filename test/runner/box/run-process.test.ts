import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { type ProcessEnd, type ProcessOrder, runProcess } from "../../../runner/box/run-process.ts";
import { findMarked, MARK_VARIABLE, sweepMarked } from "../../../runner/box/sweep-marked.ts";

type Extra = Partial<ProcessOrder> & { onOutput?: (text: string) => unknown };

async function runShell(script: string, extra: Extra = {}): Promise<ProcessEnd & { output: string }> {
  let output = "";
  const end = await runProcess({
    argv: ["/bin/sh", "-c", script],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", [MARK_VARIABLE]: extra.mark ?? "" },
    signal: new AbortController().signal,
    clocks: { totalMs: null, silenceMs: null },
    stderrTailBytes: 100,
    killGraceMs: 300,
    onStdoutChunk(chunk) {
      output += chunk.toString();
      extra.onOutput?.(output);
    },
    ...extra,
  });
  return { ...end, output };
}

test("a command's output, exit code and the end of its stderr come back", async () => {
  const end = await runShell("cat; printf 'x%.0s' $(seq 300) >&2; echo the-end >&2; exit 3", {
    stdin: "hello",
  });

  expect(end).toMatchObject({ output: "hello", exitCode: 3, signal: null, reason: "exited" });
  expect(end.stderrTail).toHaveLength(100);
  expect(end.stderrTail).toMatch(/the-end\n$/);
});

test("nothing of our own environment is inherited", async () => {
  expect((await runShell("env | cut -d= -f1 | sort")).output.split("\n")).not.toContain("NODE_OPTIONS");
});

test("a signal is told by its name", async () => {
  expect(await runShell("kill -SEGV $$")).toMatchObject({
    exitCode: null,
    signal: "SIGSEGV",
    reason: "exited",
  });
});

test("a missing program is an outcome, not an exception", async () => {
  const end = await runShell("", { argv: ["/nowhere/codex"] });

  expect(end).toMatchObject({ reason: "not_started", exitCode: null });
  expect(end.startError).toContain("ENOENT");
});

test("an order cancelled beforehand starts nothing", async () => {
  expect(await runShell("exit 1", { signal: AbortSignal.abort() })).toMatchObject({
    reason: "cancelled",
    exitCode: null,
  });
});

test.each([
  ["silence is a stall", "echo once; sleep 20", { totalMs: null, silenceMs: 300 }, "stalled"],
  [
    "output keeps a process alive until its total time is up",
    "while :; do echo x; sleep 0.05; done",
    { totalMs: 600, silenceMs: 300 },
    "timed_out",
  ],
  [
    "a process that ignores SIGTERM is killed after the grace",
    "trap '' TERM; while :; do sleep 0.05; done",
    { totalMs: 100, silenceMs: null },
    "timed_out",
  ],
] as const)("%s", async (_title, script, clocks, reason) => {
  const end = await runShell(script, { clocks });

  expect(end.reason).toBe(reason);
  expect(end.durationMs).toBeLessThan(3_000);
});

test("the first cause wins", async () => {
  const stop = new AbortController();
  const running = runShell("trap '' TERM; echo ready; while :; do sleep 0.05; done", {
    signal: stop.signal,
    clocks: { totalMs: 5_000, silenceMs: 150 },
    killGraceMs: 500,
    onOutput: () => setTimeout(() => stop.abort(), 300),
  });

  expect((await running).reason).toBe("stalled");
});

test("a cancelled process and its group are gone within a second", async () => {
  const mark = randomUUID();
  const stop = new AbortController();
  const begin = performance.now();

  const end = await runShell("sleep 30 & sleep 30 & echo ready; wait", {
    mark,
    signal: stop.signal,
    onOutput: () => stop.abort(),
  });

  expect(end.reason).toBe("cancelled");
  expect(performance.now() - begin).toBeLessThan(1_000);
  expect(await findMarked(mark)).toEqual([]);
});

test("a child that left the group with setsid and holds the pipe is swept by its mark", async () => {
  const mark = randomUUID();

  const end = await runShell("setsid nohup sleep 30 & setsid nohup sleep 31 >/dev/null 2>&1 & exit 0", {
    mark,
  });

  expect(end.exitCode).toBe(0);
  expect(end.durationMs).toBeLessThan(1_500);
  expect(await findMarked(mark)).toEqual([]);
});

test("a sweep touches nothing with another mark", async () => {
  const stop = new AbortController();
  const mark = randomUUID();
  const sweeping = Promise.withResolvers<number>();
  const running = runShell("echo ready; sleep 30", {
    mark,
    signal: stop.signal,
    onOutput: () => sweepMarked(mark.slice(0, 8)).then(sweeping.resolve, sweeping.reject),
  });

  expect(await sweeping.promise).toBe(0);

  expect(await findMarked(mark)).not.toEqual([]);
  stop.abort();
  await running;
});

test("a slow reader slows the process instead of filling memory", async () => {
  const seen: string[] = [];
  const release = Promise.withResolvers<void>();
  const running = runShell("echo begun >&2; head -c 5000000 /dev/zero; echo written >&2", {
    onStdoutChunk: () => release.promise,
    onStderrChunk: (chunk) => void seen.push(chunk.toString().trim()),
  });

  await new Promise((resolve) => setTimeout(resolve, 300)); // plenty for 5 MB, were it read

  expect(seen).toEqual(["begun"]);
  release.resolve();
  expect((await running).stderrTail).toContain("written");
});

test("a reader that fails ends the process and is heard", async () => {
  const running = runProcess({
    argv: ["/bin/sh", "-c", "echo x; sleep 30"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    signal: new AbortController().signal,
    clocks: { totalMs: null, silenceMs: null },
    stderrTailBytes: 10,
    onStdoutChunk: () => Promise.reject(new Error("disk full")),
  });

  await expect(running).rejects.toThrow("disk full");
});
