import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  anything,
  cut,
  first,
  hang,
  refuse,
  type Step,
  say,
  shell,
  slow,
  turn,
} from "../../../demo/model/conversation.ts";
import { runCodex } from "../../../runner/codex/run-codex.ts";
import { LIMITS, testBoxed } from "../box/boxed.ts";
import { attemptWith, run } from "./codex-attempt.ts";

test.each<[string, Step, string]>([
  ["a wrong key", refuse(401, { message: "Invalid API key" }), "unauthorized"],
  ["a rate limit", refuse(429, { code: "rate_limit_exceeded" }), "rate_limited"],
  ["a spent allowance", refuse(429, { type: "usage_limit_reached" }), "provider_limit"],
  [
    "a spent quota",
    refuse(429, { type: "insufficient_quota", code: "insufficient_quota" }),
    "provider_limit",
  ],
  ["a broken server", refuse(500), "server_error"],
  ["a stream that breaks off", cut(), "stream_cut"],
  ["a refusal for no known reason", refuse(400, { type: "invalid_request_error" }), "unknown"],
])("%s is told apart", async (_title, step, kind) => {
  const result = await run(await attemptWith([turn(anything, [shell("true"), step])]));

  expect(result).toMatchObject({
    end: { kind, exitCode: 1, message: expect.any(String) },
    summary: { completed: false },
  });
  expect(result.summary.usage.inputTokens).toBe(1_000);
});

test("a model that never answers is a stall, within the limit", async () => {
  const attempt = await attemptWith([turn(anything, [hang()])], {
    clocks: { totalMs: 20_000, silenceMs: 1_000, turnMs: null },
  });

  const result = await run(attempt);

  expect(result.end.kind).toBe("stalled");
  expect(result.durationMs).toBeLessThan(4_000);
});

test("an endpoint that is gone is not waited for without end", async () => {
  const attempt = await attemptWith([turn(anything, [say("never")])]);
  const { provider } = attempt.order;
  if (provider.kind === "login") throw new Error("expected a keyed provider");
  const order = { ...attempt.order, provider: { ...provider, baseUrl: "http://127.0.0.1:9/v1" } };

  expect((await run({ ...attempt, order })).end).toMatchObject({
    kind: "server_error",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test.each([
  ["the turn's time", { totalMs: null, silenceMs: null, turnMs: 1_000 }],
  ["the whole time", { totalMs: 4_000, silenceMs: null, turnMs: null }], // Codex's own start is in it
])("%s ends a command that runs on, and names it", async (_title, clocks) => {
  const result = await run(
    await attemptWith([turn(anything, [shell("sleep 30"), say("never")])], { clocks }),
  );

  expect(result.end).toMatchObject({ kind: "timed_out", message: expect.stringContaining("sleep 30") });
  expect(result.durationMs).toBeLessThan(8_000);
});

testBoxed("a cancelled attempt is over within a second, boxed or not", async (bwrap) => {
  for (const isolation of [{ kind: "box", bwrap }, { kind: "none" }] as const) {
    const attempt = await attemptWith([turn(anything, [shell("touch started; sleep 30"), say("never")])], {
      isolation,
    });
    const stop = new AbortController();
    let cancelledAt = Number.POSITIVE_INFINITY;

    const result = await runCodex(attempt.order, stop.signal, ({ commandRunning }) => {
      if (commandRunning === null) return;
      cancelledAt = performance.now();
      stop.abort();
    });

    expect(performance.now() - cancelledAt).toBeLessThan(1_000);
    expect(result.end.kind).toBe("cancelled");
    await attempt.model.stop();
  }
});

test("a fault that passes is tried again and forgotten", async () => {
  const attempt = await attemptWith([turn(anything, [first(1, refuse(500), say("better"))])], { retries: 2 });

  expect(await run(attempt)).toMatchObject({ end: { kind: "finished" }, lastMessage: "better" });
});

test("the exact reset time of a limit comes through", async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(429, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ error: { type: "usage_limit_reached", message: "spent", resets_at: 2_000_000_000 } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const attempt = await attemptWith([turn(anything, [say("never")])]);
  const { provider } = attempt.order;
  if (provider.kind === "login") throw new Error("expected a keyed provider");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

  const result = await run({ ...attempt, order: { ...attempt.order, provider: { ...provider, baseUrl } } });

  server.close();
  expect(result.end).toMatchObject({ kind: "provider_limit", resetAt: 2_000_000_000_000 });
});

test("a missing program, boxed or not, is told as such", async () => {
  const attempt = await attemptWith([turn(anything, [say("never")])], {
    binary: "/usr/bin/codex-that-is-not-there",
  });

  expect((await run(attempt)).end.kind).toBe("missing_binary");
});

for (const [what, command, kind] of [
  ["a crash by a signal", "kill -SEGV $PPID; sleep 0.2; kill -SEGV $PPID; sleep 5", "crashed"],
  ["an abort", "kill -ABRT $PPID; sleep 5", "crashed"],
  ["a kill that was not the kernel's", "kill -KILL $PPID; sleep 5", "crashed"],
] as const)
  testBoxed(`${what} of the real Codex is told as such, boxed or not`, async (bwrap) => {
    for (const isolation of [{ kind: "box", bwrap }, { kind: "none" }] as const) {
      const attempt = await attemptWith([turn(anything, [shell(command), say("never")])], { isolation });

      const result = await run(attempt);

      expect(result.end).toMatchObject({ kind, message: expect.stringMatching(/PPID|killed by/) });
    }
  });

testBoxed("a Codex that gets too little memory is told as such", async (bwrap) => {
  const attempt = await attemptWith([turn(anything, [say("never")])], {
    isolation: { kind: "box", bwrap },
    limits: { ...LIMITS, maxProcesses: 500, memoryBytes: 6_000_000, cpuSeconds: 60, fileBytes: 1e9 },
  });

  expect((await run(attempt)).end.kind).toBe("out_of_memory");
});

testBoxed("an attempt whose processes eat the memory together is told as such", async (bwrap) => {
  const hogs = "for i in 1 2 3 4 5 6; do head -c 250000000 /dev/zero | tail | sleep 20 & done; wait";
  const attempt = await attemptWith([turn(anything, [shell(hogs), say("never")])], {
    isolation: { kind: "box", bwrap },
    limits: { ...LIMITS, maxProcesses: 500, memoryBytes: 400_000_000, cpuSeconds: 60, fileBytes: 1e9 },
  });

  expect((await run(attempt)).end).toMatchObject({
    kind: "out_of_memory",
    message: expect.stringContaining("more memory than box_limits allows"),
  });
});

test.each([
  ["a crash by signal", 'echo \'{"type":"thread.started","thread_id":"t"}\'; kill -SEGV $$', "crashed"],
  ["a kill from outside", "kill -KILL $$", "crashed"],
  ["a good exit without a completed turn", 'echo \'{"type":"turn.started"}\'', "unknown"],
  ["garbage and a cut line", "echo 'garbage'; printf '{\"type\":\"turn.comp'", "unknown"],
])("%s is no success", async (_title, script, kind) => {
  const attempt = await attemptWith([turn(anything, [say("never")])]);
  const binary = join(attempt.root, "odd-codex");
  writeFileSync(binary, `#!/bin/sh\ncat >/dev/null\n${script}\n`, { mode: 0o755 });

  const result = await run({ ...attempt, order: { ...attempt.order, binary } });

  expect(result.end.kind).toBe(kind);
});

test("what has been streamed before a kill is kept, redacted", async () => {
  const attempt = await attemptWith(
    [turn(anything, [shell("echo the-secret-value"), slow(20_000, say("never"))])],
    {
      redact: (text) => text.replaceAll("the-secret-value", "[hidden]"),
    },
  );
  const stop = new AbortController();

  const result = await runCodex(attempt.order, stop.signal, ({ commands }) => {
    if (commands === 1) stop.abort();
  });

  await attempt.model.stop();
  const kept = readFileSync(result.eventsFile, "utf8");
  expect(kept).toContain("[hidden]");
  expect(kept).not.toContain("the-secret-value");
  expect(result.summary.commands[0]?.command).toContain("[hidden]");
});
