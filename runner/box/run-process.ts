import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { type ByteTail, byteTail } from "./byte-tail.ts";
import {
  type ClockLimits,
  type Clocks,
  isOverload,
  type StopReason,
  startClocks,
  stopReasonOf,
} from "./clocks.ts";
import { errorCode } from "./error-code.ts";
import { signalGroup, stopGroup } from "./stop-group.ts";
import { sweepMarked } from "./sweep-marked.ts";
import { type WatchLimits, watchBox } from "./watch-box.ts";

export type ProcessOrder = {
  argv: readonly string[];
  cwd: string;
  /** The whole environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  stdin?: string;
  /** Aborting it with a StopReason as reason stops the process for that reason, with anything else cancels it. */
  signal: AbortSignal;
  clocks: ClockLimits;
  /**
   * The next chunk is read when this settles, so a slow reader slows the process instead of filling memory. The chunk is
   * gone then: whoever needs a part of it for longer copies that part.
   */
  onStdoutChunk: (chunk: Buffer) => void | Promise<void>;
  onStderrChunk?: (chunk: Buffer) => void | Promise<void>;
  stderrTailBytes: number;
  killGraceMs?: number;
  /** Value of AGENTPR_PROCESS_MARK in `env`; whatever carries it is killed at the end. For commands without a box. */
  mark?: string;
  /** Stops the process when it and all its descendants take more than this. */
  watch?: { folder: string; limits: WatchLimits };
};

export type ProcessEnd = {
  exitCode: number | null;
  signal: string | null;
  reason: "exited" | "not_started" | StopReason;
  /** Why it could not be started; only with `not_started`. */
  startError: string | null;
  stderrTail: string;
  durationMs: number;
};

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
type Started = { kind: "started"; child: Child; pid: number } | { kind: "failed"; error: string };
type Exit = { code: number | null; signal: string | null };

const KILL_GRACE_MS = 10_000;
/** How long the pipes of a dead process may stay open in somebody else's hands. */
const DRAIN_MS = 2_000;

/** Runs one process in a process group of its own until it ends or is stopped, and leaves nothing of it alive. */
export async function runProcess(order: ProcessOrder): Promise<ProcessEnd> {
  const begin = performance.now();
  const tail = byteTail(order.stderrTailBytes);
  const ending = (end: Pick<ProcessEnd, "exitCode" | "signal" | "reason" | "startError">): ProcessEnd => ({
    ...end,
    stderrTail: tail.text(),
    durationMs: Math.round(performance.now() - begin),
  });
  if (order.signal.aborted)
    return ending({ ...NO_EXIT, reason: stopReasonOf(order.signal), startError: null });
  const started = await start(order);
  if (started.kind === "failed")
    return ending({ ...NO_EXIT, reason: "not_started", startError: started.error });
  const { exit, reason } = await follow(order, started, tail);
  return ending({ exitCode: exit.code, signal: exit.signal, reason, startError: null });
}

const NO_EXIT = { exitCode: null, signal: null };

async function start({ argv, cwd, env }: ProcessOrder): Promise<Started> {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const error = await new Promise<Error | null>((resolve) => {
    child.once("spawn", () => resolve(null));
    child.once("error", resolve);
  });
  if (error !== null || child.pid === undefined)
    return { kind: "failed", error: error?.message ?? "no process id" };
  return { kind: "started", child, pid: child.pid };
}

async function follow(
  order: ProcessOrder,
  { child, pid }: Extract<Started, { kind: "started" }>,
  tail: ByteTail,
) {
  const clocks = startClocks(order.clocks);
  const exited = exitOf(child);
  const watch = startWatch(order, pid);
  const stop = whenStopped(AbortSignal.any([order.signal, clocks.signal, watch.signal]), (reason) =>
    stopGroup(pid, isOverload(reason) ? 0 : (order.killGraceMs ?? KILL_GRACE_MS)),
  );
  const reading = Promise.all([readStdout(child, order, clocks), readStderr(child, order, tail)]);
  reading.catch(() => signalGroup(pid, "SIGKILL")); // a reader that fails must not leave the process waiting for it
  feed(child, order.stdin);
  const exit = await exited;
  clocks.stop();
  watch.end();
  const reason = stop.settle();
  await leaveNothing(pid, order.mark);
  await drained(reading, child);
  return { exit, reason: reason ?? ("exited" as const) };
}

function startWatch({ watch }: ProcessOrder, pid: number): { signal: AbortSignal; end(): void } {
  const over = new AbortController();
  const overload = new AbortController();
  if (watch !== undefined)
    void watchBox({ ...watch, pid, signal: over.signal }).then((reason) => {
      if (reason !== null) overload.abort(reason);
    });
  return { signal: overload.signal, end: () => over.abort() };
}

async function exitOf(child: Child): Promise<Exit> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return { code, signal };
}

/** Stops once, for the first cause; `settle` says which it was, if any, and calls off what is still pending. */
function whenStopped(signal: AbortSignal, stop: (reason: StopReason) => () => void) {
  let callOff: (() => void) | null = null;
  const onAbort = () => {
    callOff = stop(stopReasonOf(signal));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return {
    settle(): StopReason | null {
      signal.removeEventListener("abort", onAbort);
      callOff?.();
      return callOff === null ? null : stopReasonOf(signal);
    },
  };
}

async function readStdout(child: Child, order: ProcessOrder, clocks: Clocks): Promise<void> {
  for await (const chunk of child.stdout) {
    clocks.alive();
    await order.onStdoutChunk(chunk);
    release(chunk);
  }
}

/** At once: a stream that makes little else of garbage would have tens of megabytes waiting for the collector. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

async function readStderr(child: Child, order: ProcessOrder, tail: ByteTail): Promise<void> {
  for await (const chunk of child.stderr) {
    tail.push(chunk);
    await order.onStderrChunk?.(chunk);
  }
}

/** A process may end, or close its stdin, before it has read everything; that is its own affair. */
function feed(child: Child, stdin: string | undefined): void {
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin ?? "");
}

async function leaveNothing(pid: number, mark: string | undefined): Promise<void> {
  signalGroup(pid, "SIGKILL");
  if (mark !== undefined) await sweepMarked(mark);
}

/** A process that escaped and holds our pipe must not hold us: after a while the pipe is closed from this side. */
async function drained(reading: Promise<unknown>, child: Child): Promise<void> {
  const timer = setTimeout(
    () => [child.stdout, child.stderr].forEach((stream) => void stream.destroy()),
    DRAIN_MS,
  );
  try {
    await reading;
  } catch (error) {
    if (errorCode(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  } finally {
    clearTimeout(timer);
  }
}
