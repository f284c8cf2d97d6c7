import { spawn } from "node:child_process";
import { once } from "node:events";
import { statfsSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { BoxLimits } from "../../../runner/box/box-args.ts";
import { descendantsOf } from "../../../runner/box/descendants.ts";
import { runBoxed } from "../../../runner/box/run-boxed.ts";
import { judge, watchBox } from "../../../runner/box/watch-box.ts";
import { attemptFolder, planIn, testBoxed } from "./boxed.ts";

const LIMITS = { maxProcesses: 10, memoryBytes: 1_000, freeBytes: 0 };

test.each([
  ["what is within its limits goes on", { processes: 10, memoryBytes: 1_000 }, null],
  ["one process too many is too many", { processes: 11, memoryBytes: 0 }, "too_many_processes"],
  ["one byte too many is too much", { processes: 1, memoryBytes: 1_001 }, "out_of_memory"],
])("%s", (_title, load, reason) => expect(judge(load, LIMITS)).toBe(reason));

test("this process is seen with its memory, and a tree that is gone is empty", async () => {
  const all = await descendantsOf(process.ppid);

  expect(all.processes).toBeGreaterThan(0);
  expect(all.memoryBytes).toBeGreaterThan(10_000_000);
  expect(await descendantsOf(2 ** 30)).toEqual({ processes: 0, memoryBytes: 0 });
});

test("a disk with too little left is noticed, and a watch that is over is silent", async () => {
  const { bavail, bsize } = statfsSync("/tmp");
  const order = { pid: process.pid, folder: "/tmp", signal: AbortSignal.timeout(5_000), everyMs: 5 };

  expect(await watchBox({ ...order, limits: { ...LIMITS, freeBytes: bavail * bsize * 2 } })).toBe(
    "disk_full",
  );
  expect(await watchBox({ ...order, limits: LIMITS, signal: AbortSignal.timeout(50) })).toBeNull();
});

test("a tree that was too large before anybody looked is noticed as well", async () => {
  const signal = AbortSignal.timeout(10_000);
  const shell = spawn("sh", ["-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 30 & done; echo; wait"], {
    detached: true,
  });
  await once(shell.stdout, "data");
  try {
    const order = { pid: shell.pid ?? 0, folder: "/tmp", signal, everyMs: 5 };
    const limits = { maxProcesses: 10, memoryBytes: Number.MAX_SAFE_INTEGER, freeBytes: 0 };
    expect(await watchBox({ ...order, limits })).toBe("too_many_processes");
  } finally {
    process.kill(-(shell.pid ?? 0), "SIGKILL");
  }
});

/** Doubles eight times, each process waiting: more than 500 in all, were it not stopped. */
const BOMB = "b() { [ $1 -gt 0 ] && { b $(($1-1)) & b $(($1-1)) & }; sleep 30; }; b 8";
/** Each keeps 150 MB that is its own. */
const HOGS = "for i in 1 2 3 4; do head -c 150000000 /dev/zero | tail | sleep 20 & done; wait";

testBoxed(
  "a fork bomb is stopped with all it made, though no kernel counts root's processes",
  async (bwrap) => {
    const end = await runLimited(bwrap, BOMB, { maxProcesses: 100 });

    if (end.reason === "exited") expect(end.stderrTail).toMatch(/fork|Resource temporarily unavailable/i);
    else expect(end.reason).toBe("too_many_processes");
    expect(end.durationMs).toBeLessThan(25_000);
  },
);

testBoxed(
  "processes that are each within the memory limit and together beyond it are stopped",
  async (bwrap) => {
    const end = await runLimited(bwrap, HOGS, { memoryBytes: 200_000_000 });

    expect(end).toMatchObject({ reason: "out_of_memory" });
  },
);

testBoxed("one process that wants too much memory fails alone, and the box goes on", async (bwrap) => {
  const end = await runLimited(bwrap, "head -c 900000000 /dev/zero | tail | wc -c; echo alive", {
    memoryBytes: 200_000_000,
  });

  expect(end).toMatchObject({ reason: "exited", output: expect.stringMatching(/alive$/) });
});

testBoxed("shared memory is limited, and nothing else of /dev can be filled", async (bwrap) => {
  const script =
    "head -c 800000000 /dev/zero > /dev/shm/x 2>/dev/null; stat -c %s /dev/shm/x; rm /dev/shm/x; touch /dev/x 2>/dev/null || echo refused";

  const { output } = await runLimited(bwrap, script, {});

  expect(output.split("\n")).toEqual([String(512 * 1024 * 1024), "refused"]);
});

async function runLimited(bwrap: string, script: string, limits: Partial<BoxLimits>) {
  const plan = planIn(attemptFolder());
  let output = "";
  const end = await runBoxed(
    { kind: "box", bwrap },
    { ...plan, limits: { ...plan.limits, ...limits } },
    ["/bin/sh", "-c", script],
    {
      signal: AbortSignal.timeout(28_000),
      clocks: { totalMs: null, silenceMs: null },
      stderrTailBytes: 4_096,
      onStdoutChunk: (chunk) => {
        output += chunk.toString();
      },
    },
  );
  return { ...end, output: output.trim() };
}
