import { tokensOf } from "../../src/core/cost.ts";
import { readOomKills } from "../box/oom-kills.ts";
import { runBoxed } from "../box/run-boxed.ts";
import type { ProcessEnd } from "../box/run-process.ts";
import { codexArgs, type ModelAccess } from "./codex-args.ts";
import { codexEnd } from "./codex-end.ts";
import type { EventReading } from "./codex-events.ts";
import type { CodexOrder, CodexResult, Progress } from "./codex-order.ts";
import { codexPlan } from "./codex-plan.ts";
import { type CodexSession, openSession } from "./codex-session.ts";
import type { EventSummary } from "./event-summary.ts";
import { readLastMessage } from "./last-message.ts";
import type { ModelDoor } from "./model-door.ts";
import { readThreadUsage, usageSince } from "./thread-usage.ts";

type Listener = (progress: Progress) => void;

const STDERR_TAIL_BYTES = 16 * 1024;
const RETRIES = 2;

/** The driver that uses `codex exec`: one process under three clocks, its events read as they come. */
export async function runCodex(
  order: CodexOrder,
  signal: AbortSignal,
  onProgress: Listener,
): Promise<CodexResult> {
  const session = await openSession(order);
  try {
    const stops = AbortSignal.any([signal, session.clocks.signal, session.meter.signal]);
    const end = await run(session, stops, onProgress);
    await take(session, session.reader.end(), onProgress);
    return await conclude(session, end);
  } finally {
    await session.close();
  }
}

function run(session: CodexSession, signal: AbortSignal, onProgress: Listener): Promise<ProcessEnd> {
  const { order, reader, mark } = session;
  return runBoxed(order.isolation, codexPlan(session), [order.binary, ...argsOf(session)], {
    stdin: order.prompt,
    signal,
    clocks: { totalMs: null, silenceMs: null }, // the session's own know what a sign of life is
    onStdoutChunk: (chunk) => take(session, reader.push(chunk), onProgress),
    stderrTailBytes: STDERR_TAIL_BYTES,
    ...(mark === null ? {} : { mark }),
  });
}

function argsOf({ order, door, mark, lastMessageFile, outputSchemaFile }: CodexSession): string[] {
  return codexArgs({
    threadId: order.threadId,
    model: order.model ?? order.provider.model,
    sandbox: order.sandbox,
    access: accessOf(door, order.retries ?? RETRIES),
    lastMessageFile,
    outputSchemaFile,
    repositoryInstructions: order.repositoryInstructions ?? false,
    mark,
    commandEnv: order.env,
    overrides: order.overrides,
  });
}

function accessOf(door: ModelDoor, retries: number): ModelAccess {
  return door.kind === "login" ? { kind: "login" } : { kind: "proxy", baseUrl: door.proxy.baseUrl, retries };
}

async function take(session: CodexSession, reading: EventReading, onProgress: Listener) {
  const { clocks, events } = session;
  if (reading.alive) clocks.alive();
  if (reading.turn === "started") clocks.turnStarted();
  if (reading.turn === "ended") clocks.turnEnded();
  await events.write(reading.text);
  if (reading.text !== "") onProgress(progressOf(session));
}

/** Within a turn only the meter knows of tokens. */
function progressOf({ reader, meter }: CodexSession): Progress {
  const progress = reader.progress();
  const counted = meter.usage();
  return tokensOf(counted) > tokensOf(progress.usage) ? { ...progress, usage: counted } : progress;
}

async function conclude(session: CodexSession, process: ProcessEnd): Promise<CodexResult> {
  const { order, door, meter, removed, lastMessageFile } = session;
  const summary = await summarise(session);
  const proxy = door.kind === "proxy" ? door.proxy : null;
  const oomKilled = hasGrown(session.oomKillsBefore, await readOomKills());
  const end = codexEnd({
    process,
    summary,
    failure: proxy?.failure ?? null,
    oomKilled,
    stopped: meter.why(),
    now: Date.now(),
  });
  return {
    end: { ...end, message: end.message === null ? null : order.redact(end.message).slice(0, 4_000) },
    summary,
    eventsFile: order.eventsFile,
    lastMessage: summary.lastMessage ?? redactedOrNull(await readLastMessage(lastMessageFile), order),
    stderrTail: order.redact(process.stderrTail),
    durationMs: process.durationMs,
    removed,
    modelRequests: proxy?.requests ?? 0,
  };
}

/** What comes by way of the event stream is redacted there. */
function redactedOrNull(text: string | null, { redact }: CodexOrder): string | null {
  return text === null ? null : redact(text);
}

function hasGrown(before: number | null, after: number | null): boolean | null {
  return before === null || after === null ? null : after > before;
}

/** A turn that failed tells nothing of its tokens; the thread's file does. */
async function summarise({ order, reader, usedBefore }: CodexSession): Promise<EventSummary> {
  const summary = reader.summary();
  if (summary.completed) return summary;
  return {
    ...summary,
    usage: usageSince(usedBefore, await readThreadUsage(order.codexHome, summary.threadId)),
  };
}
