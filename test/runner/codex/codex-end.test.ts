import { expect, test } from "@jest/globals";
import type { ProcessEnd } from "../../../runner/box/run-process.ts";
import { codexEnd } from "../../../runner/codex/codex-end.ts";
import { readEvents } from "../../../runner/codex/codex-events.ts";
import { readResetTime } from "../../../runner/codex/reset-time.ts";
import type { Failure } from "../../../runner/provider/failure.ts";
import { NO_USAGE } from "../../../src/core/evidence.ts";

const NOW = new Date(2026, 10, 22, 9, 0).getTime();
const exited: ProcessEnd = {
  exitCode: 1,
  signal: null,
  reason: "exited",
  startError: null,
  stderrTail: "",
  durationMs: 5,
};
const DONE = '{"type":"turn.started"}\n{"type":"turn.completed","usage":{}}\n';

function said(message: string): string {
  return `{"type":"turn.started"}\n${JSON.stringify({ type: "turn.failed", error: { message } })}\n`;
}

function end({
  process = {},
  events = "",
  failure = null,
  oomKilled = null,
}: {
  process?: Partial<ProcessEnd>;
  events?: string;
  failure?: Failure | null;
  oomKilled?: boolean | null;
}) {
  const reader = readEvents({ now: () => 0, before: NO_USAGE, redact: (text) => text });
  reader.push(Buffer.from(events));
  return codexEnd({
    process: { ...exited, ...process },
    summary: reader.summary(),
    failure,
    oomKilled,
    now: NOW,
  });
}

test("only a completed turn with exit code 0 is finished", () => {
  expect(end({ process: { exitCode: 0 }, events: DONE })).toEqual({
    kind: "finished",
    exitCode: 0,
    signal: null,
    message: null,
    resetAt: null,
  });
  expect(end({ process: { exitCode: 1 }, events: DONE }).kind).toBe("unknown");
  expect(end({ process: { exitCode: 0 }, events: "" }).kind).toBe("unknown");
  expect(end({ process: { exitCode: 0 }, events: '{"type":"turn.started"}\n' }).kind).toBe("unknown");
});

test.each([
  [
    "the program cannot be started",
    { process: { reason: "not_started", exitCode: null, startError: "spawn ENOENT" } },
    "missing_binary",
  ],
  [
    "the box does not find the program",
    { process: { stderrTail: "bwrap: execvp /x/codex: No such file or directory\n" } },
    "missing_binary",
  ],
  [
    "prlimit does not find the program",
    { process: { exitCode: 127, stderrTail: "prlimit: failed to execute /x: No such file or directory\n" } },
    "missing_binary",
  ],
  ["we cancelled it", { process: { reason: "cancelled", signal: "SIGTERM" } }, "cancelled"],
  ["its time was up", { process: { reason: "timed_out", signal: "SIGKILL" } }, "timed_out"],
  ["it was silent", { process: { reason: "stalled" } }, "stalled"],
  ["the kernel killed it", { process: { signal: "SIGKILL", exitCode: null } }, "out_of_memory"],
  [
    "somebody killed it, and the kernel had no hand in it",
    { process: { signal: "SIGKILL", exitCode: null }, oomKilled: false },
    "crashed",
  ],
  ["it took too much memory", { process: { reason: "out_of_memory", signal: "SIGKILL" } }, "out_of_memory"],
  ["it ran too many processes", { process: { reason: "too_many_processes" } }, "crashed"],
  ["it filled the disk", { process: { reason: "disk_full" } }, "crashed"],
  ["the box says the kernel killed it", { process: { exitCode: 137 } }, "out_of_memory"],
  [
    "Rust could not allocate",
    { process: { exitCode: 134, stderrTail: "memory allocation of 1024 bytes failed" } },
    "out_of_memory",
  ],
  ["it crashed", { process: { signal: "SIGSEGV", exitCode: null } }, "crashed"],
  ["it crashed in the box", { process: { exitCode: 139 } }, "crashed"],
  ["it panicked", { process: { exitCode: 101, stderrTail: "thread 'main' panicked" } }, "crashed"],
  ["nothing is known", { process: { exitCode: 1 } }, "unknown"],
] as const)("%s: %#", (_title, ending, kind) => {
  expect(end(ending).kind).toBe(kind);
});

// The texts are those of Codex 0.169.0.
test.each([
  [
    "You’ve hit your usage limit. Visit https://chatgpt.com/settings/usage to purchase more credits or try again at 10:21 AM.",
    "provider_limit",
  ],
  ["Quota exceeded. Check your plan and billing details.", "provider_limit"],
  [
    "unexpected status 401 Unauthorized: Invalid API key, url: http://127.0.0.1:1/v1/responses",
    "unauthorized",
  ],
  ["unexpected status 403 Forbidden: forbidden, url: http://127.0.0.1:1/v1/responses", "unauthorized"],
  ["exceeded retry limit, last status: 429 Too Many Requests", "rate_limited"],
  ["rate limit exceeded: Rate limit reached. Please try again in 3s.", "rate_limited"],
  ["We’re currently experiencing high demand, which may cause temporary errors.", "server_error"],
  ["Selected model is at capacity. Please try a different model.", "server_error"],
  ["stream disconnected before completion: stream closed before response.completed", "stream_cut"],
  ["stream disconnected before completion: idle timeout waiting for SSE", "stream_cut"],
  ['{"error":{"message":"bad thing","type":"invalid_request_error"}}', "unknown"],
])("%s → %s", (message, kind) => {
  expect(end({ events: said(message) })).toMatchObject({ kind, message: expect.stringContaining(message) });
});

test.each([
  [
    "a spent allowance, with its exact reset",
    { status: 429, code: "usage_limit_reached", message: "m", retryAt: 5_000 },
    "provider_limit",
    5_000,
  ],
  [
    "a spent quota",
    { status: 429, code: "insufficient_quota", message: "m", retryAt: null },
    "provider_limit",
    null,
  ],
  [
    "a rate limit",
    { status: 429, code: "rate_limit_exceeded", message: "m", retryAt: 5_000 },
    "rate_limited",
    null,
  ],
  ["a wrong key", { status: 401, code: null, message: "m", retryAt: null }, "unauthorized", null],
  ["a broken server", { status: 503, code: null, message: "m", retryAt: null }, "server_error", null],
] as const)("what the proxy saw decides: %s", (_title, failure, kind, resetAt) => {
  expect(end({ events: said("it failed"), failure })).toMatchObject({ kind, resetAt });
});

test("a failure that Codex recovered from does not matter", () => {
  const failure = { status: 500, code: null, message: "m", retryAt: null };

  expect(end({ process: { exitCode: 0 }, events: DONE, failure }).kind).toBe("finished");
});

test("the command that was under way is named", () => {
  const events =
    '{"type":"item.started","item":{"id":"i","type":"command_execution","command":"npm test","status":"in_progress"}}\n';

  expect(end({ process: { reason: "stalled" }, events }).message).toBe("while running: npm test");
});

test.each([
  ["later today", "try again at 10:21 AM.", new Date(2026, 10, 22, 10, 21)],
  ["tomorrow, when the hour has passed", "try again at 8:05 AM.", new Date(2026, 10, 23, 8, 5)],
  ["past noon", "try again at 12:30 PM.", new Date(2026, 10, 22, 12, 30)],
  ["midnight", "try again at 12:00 AM.", new Date(2026, 10, 23, 0, 0)],
  ["another day", "or try again at Dec 1st, 2026 3:00 PM.", new Date(2026, 11, 1, 15, 0)],
  ["no time", "try again later", null],
])("a reset is read: %s", (_title, message, expected) => {
  expect(readResetTime(message, NOW)).toBe(expected?.getTime() ?? null);
});
