import { expect, test } from "@jest/globals";
import type { CodexResult, Progress } from "../../../runner/codex/codex-order.ts";
import { joinTurns, progressAfter } from "../../../runner/codex/join-turns.ts";
import type { Usage } from "../../../src/core/evidence.ts";

const usage = (tokens: number): Usage => ({
  inputTokens: tokens,
  cachedInputTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: tokens,
});

function turn(tokens: number, more: Partial<CodexResult> = {}): CodexResult {
  return {
    end: { kind: "finished", exitCode: 0, signal: null, message: null, resetAt: null },
    summary: {
      ...{ threadId: `thread-${tokens}`, turns: 1, completed: true, failedMessage: null },
      commands: [{ command: `run ${tokens}`, exitCode: 0, durationMs: 1 }],
      fileChanges: [{ path: `${tokens}.ts`, kind: "add" }],
      ...{ usage: usage(tokens), lastMessage: `said ${tokens}`, commandRunning: null },
      counts: { lines: tokens, bad: 1, long: 0, cut: 0, commands: 1, fileChanges: 1 },
    },
    ...{ eventsFile: "events", lastMessage: `said ${tokens}`, stderrTail: "", durationMs: tokens },
    ...{ removed: [`left-${tokens}`], modelRequests: 2 },
    ...more,
  };
}

test("what was done and used adds up; the end and the last words are the last turn's", () => {
  const stalled = { ...turn(5).end, kind: "stalled" } as const;

  const joined = joinTurns([turn(1), turn(2), turn(5, { end: stalled })]);

  expect(joined).toMatchObject({
    end: { kind: "stalled" },
    lastMessage: "said 5",
    durationMs: 8,
    modelRequests: 6,
    removed: ["left-1", "left-2", "left-5"],
    summary: {
      threadId: "thread-5",
      turns: 3,
      commands: [{ command: "run 1" }, { command: "run 2" }, { command: "run 5" }],
      fileChanges: [{ path: "1.ts" }, { path: "2.ts" }, { path: "5.ts" }],
      usage: usage(8),
      counts: { lines: 8, bad: 3, commands: 3, fileChanges: 3 },
    },
  });
});

test("one turn is itself", () => {
  expect(joinTurns([turn(3)])).toEqual(turn(3));
});

test("progress goes on from the turns before", () => {
  const progress: Progress = {
    ...{ threadId: "t", commands: 4, commandRunning: null, lastMessage: null },
    usage: usage(10),
  };

  expect(progressAfter([turn(1), turn(2)], progress)).toEqual({ ...progress, commands: 6, usage: usage(13) });
});
