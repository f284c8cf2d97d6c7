import { addUsage } from "../../src/core/usage.ts";
import type { CodexResult, Progress } from "./codex-order.ts";
import { BOUNDS, type EventCounts, type EventSummary } from "./event-summary.ts";

/** Several turns of one attempt as one: what was done and used adds up, how it ended is the last one's. */
export function joinTurns(turns: readonly [CodexResult, ...CodexResult[]]): CodexResult {
  return turns.reduce((earlier, later) => ({
    ...later,
    summary: joinSummaries(earlier.summary, later.summary),
    lastMessage: later.lastMessage,
    durationMs: earlier.durationMs + later.durationMs,
    removed: [...new Set([...earlier.removed, ...later.removed])],
    modelRequests: earlier.modelRequests + later.modelRequests,
  }));
}

/** The progress of a turn, with what the turns before it have done. */
export function progressAfter(turns: readonly CodexResult[], progress: Progress): Progress {
  return {
    ...progress,
    commands: turns.reduce((sum, { summary }) => sum + summary.counts.commands, progress.commands),
    usage: turns.reduce((sum, { summary }) => addUsage(sum, summary.usage), progress.usage),
  };
}

function joinSummaries(earlier: EventSummary, later: EventSummary): EventSummary {
  return {
    ...later,
    threadId: later.threadId ?? earlier.threadId,
    turns: earlier.turns + later.turns,
    commands: [...earlier.commands, ...later.commands].slice(-BOUNDS.commands),
    fileChanges: [...earlier.fileChanges, ...later.fileChanges].slice(-BOUNDS.fileChanges),
    usage: addUsage(earlier.usage, later.usage),
    counts: addCounts(earlier.counts, later.counts),
  };
}

function addCounts(a: EventCounts, b: EventCounts): EventCounts {
  return {
    lines: a.lines + b.lines,
    bad: a.bad + b.bad,
    long: a.long + b.long,
    cut: a.cut + b.cut,
    commands: a.commands + b.commands,
    fileChanges: a.fileChanges + b.fileChanges,
  };
}
