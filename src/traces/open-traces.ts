import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "pino";
import { messageOf } from "../core/problem.ts";
import type { Database } from "../database/connect.ts";
import type { Tracing } from "../engine/tracing.ts";
import { createTraceReader } from "./read-traces.ts";
import { jobKey, questionSpan, type Times } from "./run-spans.ts";
import { openSender } from "./send-spans.ts";
import { runSpanIdOf, spanIdOf } from "./span-ids.ts";

export type TracesOptions = {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Which process tells. */
  service: string;
  database: Database;
  log: Pick<Logger, "info" | "warn" | "debug">;
};

export type OpenTraces = Tracing & { close(): Promise<void> };

/** Traces of what this process works on. What goes wrong with them is told to the log and to nobody else. */
export function openTraces({ database, log, ...options }: TracesOptions): OpenTraces {
  const { send, close } = openSender({ ...options, onChange: (error) => tellChange(log, error) });
  const reader = createTraceReader(database, { send, log });
  const inside = new AsyncLocalStorage<string>();
  return {
    job: async (job, work) => {
      if (job.runId === null) return work();
      const { runId } = job;
      return timed(
        () => inside.run(spanIdOf(runId, ...jobKey(job)), work),
        (ended, times) => reader.after(job, runId, { outcome: ended?.kind ?? null, ...times }),
      );
    },
    question: (about, work) => {
      const parentId = inside.getStore() ?? runSpanIdOf(about.runId);
      return timed(work, (ended, times) => send([questionSpan(about, { ...times, ended, parentId })]));
    },
    close: () => withinBound(reader.settled().then(close)),
  };
}

function tellChange(log: TracesOptions["log"], error: Error | null): void {
  if (error === null) log.info("the collector takes traces again");
  else log.warn({ why: messageOf(error) }, "the collector takes no traces; they are dropped meanwhile");
}

const CLOSE_MS = 5_000;

/** What could not be flushed has been told of where it failed; it holds nobody up. */
async function withinBound(flushed: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, CLOSE_MS);
  await Promise.race([flushed.catch(() => undefined), over.promise]);
  clearTimeout(timer);
}

/** Says how long it took, also of work that throws. */
async function timed<T>(work: () => Promise<T>, ends: (result: T | null, times: Times) => void): Promise<T> {
  const start = Date.now();
  const began = performance.now();
  let result: T | null = null;
  try {
    result = await work();
    return result;
  } finally {
    ends(result, { start, end: start + (performance.now() - began) });
  }
}
