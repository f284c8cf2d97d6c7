import { type CommandRun, NO_USAGE, type Usage } from "../../src/core/evidence.ts";
import type { CodexEvent, CodexItem } from "./codex-event.ts";
import type { Progress } from "./codex-order.ts";
import { usageOf, usageSince } from "./thread-usage.ts";

/** What one run of Codex said it did. Bounded, whatever the stream holds. */
export type EventSummary = {
  threadId: string | null;
  turns: number;
  /** The last turn came to its end. */
  completed: boolean;
  /** Why the last turn failed, else the last error that no later good end took back. */
  failedMessage: string | null;
  commands: CommandRun[];
  fileChanges: { path: string; kind: string }[];
  usage: Usage;
  lastMessage: string | null;
  /** The command that was under way when the stream ended. */
  commandRunning: string | null;
  counts: EventCounts;
};
export type LineCounts = { lines: number; bad: number; long: number; cut: number };
export type EventCounts = LineCounts & {
  /** Seen, though not all are kept. */
  commands: number;
  fileChanges: number;
};

export type EventTally = {
  add(event: CodexEvent): void;
  /** A completed item whose line was too long to read: how its command ended, or what it changed, is not known. */
  lost(itemId: string): void;
  summary(counts: LineCounts): EventSummary;
  progress(): Progress;
};

export const BOUNDS = {
  commands: 500,
  commandText: 4_000,
  fileChanges: 1_000,
  path: 4_096,
  id: 200,
  message: 256 * 1024,
  running: 100,
} as const;

type Running = { command: string; since: number };
type Tally = Omit<EventSummary, "commandRunning" | "counts"> & {
  seen: { commands: number; fileChanges: number };
  running: Map<string, Running>;
  before: Usage;
  now: () => number;
};

export type TallyOrder = {
  /** Milliseconds, for the durations of commands. */
  now: () => number;
  /** What the thread had used before this run. */
  before: Usage;
};

/** Folds events, one by one, into a summary. */
export function tallyEvents({ now, before }: TallyOrder): EventTally {
  const tally: Tally = { ...structuredClone(NOTHING), running: new Map(), before, now };
  return {
    add: (event) => read(tally, event),
    lost: (itemId) => lost(tally, itemId),
    summary: (counts) => summarise(tally, counts),
    progress: () => progressOf(tally),
  };
}

const NOTHING: Omit<Tally, "running" | "before" | "now"> = {
  threadId: null,
  turns: 0,
  completed: false,
  failedMessage: null,
  commands: [],
  fileChanges: [],
  usage: NO_USAGE,
  lastMessage: null,
  seen: { commands: 0, fileChanges: 0 },
};

type Reader<T extends CodexEvent["type"]> = (tally: Tally, event: Extract<CodexEvent, { type: T }>) => void;

const READERS: { [T in CodexEvent["type"]]: Reader<T> } = {
  "thread.started": (tally, event) => {
    tally.threadId = event.thread_id.slice(0, BOUNDS.id);
  },
  "turn.started": (tally) => {
    tally.turns += 1;
    tally.completed = false;
  },
  "turn.completed": (tally, { usage }) => {
    tally.completed = true;
    tally.failedMessage = null;
    tally.usage = usageSince(tally.before, usageOf(usage)); // Codex tells the thread's total, not the turn's
  },
  "turn.failed": (tally, { error }) => {
    tally.completed = false;
    tally.failedMessage = error.message.slice(0, BOUNDS.commandText);
  },
  error: (tally, { message }) => {
    tally.failedMessage = message.slice(0, BOUNDS.commandText);
  },
  "item.started": (tally, { item }) => itemStarted(tally, item),
  "item.updated": () => undefined,
  "item.completed": (tally, { item }) => itemCompleted(tally, item),
};

function read<T extends CodexEvent["type"]>(tally: Tally, event: Extract<CodexEvent, { type: T }>): void {
  const reader: Reader<T> = READERS[event.type as T];
  reader(tally, event);
}

function itemStarted({ running, now }: Tally, item: CodexItem): void {
  if (item.type !== "command_execution" || running.size >= BOUNDS.running) return;
  running.set(item.id, { command: item.command.slice(0, BOUNDS.commandText), since: now() });
}

function itemCompleted(tally: Tally, item: CodexItem): void {
  if (item.type === "command_execution") commandEnded(tally, item.id, item.command, item.exit_code ?? null);
  if (item.type === "agent_message") tally.lastMessage = item.text.slice(0, BOUNDS.message);
  if (item.type === "file_change") filesChanged(tally, item.changes);
}

function commandEnded(tally: Tally, id: string, command: string, exitCode: number | null): void {
  const since = tally.running.get(id)?.since;
  tally.running.delete(id);
  tally.seen.commands += 1;
  // The first and the last are kept: how it began, and what the tests said in the end.
  if (tally.commands.length >= BOUNDS.commands) tally.commands.splice(BOUNDS.commands / 2, 1);
  const durationMs = since === undefined ? null : tally.now() - since;
  tally.commands.push({ command: command.slice(0, BOUNDS.commandText), exitCode, durationMs });
}

function filesChanged(tally: Tally, changes: readonly { path: string; kind: string }[]): void {
  tally.seen.fileChanges += changes.length;
  markStale(tally);
  const room = BOUNDS.fileChanges - tally.fileChanges.length;
  tally.fileChanges.push(
    ...changes.slice(0, room).map(({ path, kind }) => ({ path: path.slice(0, BOUNDS.path), kind })),
  );
}

/** What was run before an edit is about another tree. */
function markStale(tally: Tally): void {
  tally.commands = tally.commands.map((command) => ({ ...command, stale: true }));
}

function lost(tally: Tally, itemId: string): void {
  const command = tally.running.get(itemId)?.command;
  if (command === undefined) markStale(tally);
  else commandEnded(tally, itemId, command, null);
}

function progressOf({ threadId, seen, running, lastMessage, usage }: Tally): Progress {
  return { threadId, commands: seen.commands, commandRunning: lastOf(running), lastMessage, usage };
}

function lastOf(running: ReadonlyMap<string, Running>): string | null {
  return [...running.values()].at(-1)?.command ?? null;
}

function summarise(tally: Tally, counts: LineCounts): EventSummary {
  const { running, seen, before: _before, now: _now, ...told } = tally;
  return {
    ...structuredClone(told),
    commandRunning: lastOf(running),
    counts: { ...counts, ...seen },
  };
}
