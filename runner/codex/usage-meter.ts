import { stat } from "node:fs/promises";
import { NO_USAGE, type Usage } from "../../src/core/evidence.ts";
import { waited } from "../../src/engine/lease.ts";
import type { StopReason } from "../box/clocks.ts";
import { findSession } from "./session-file.ts";
import { readThreadUsage, usageSince } from "./thread-usage.ts";

export type MeterOrder = {
  codexHome: string;
  /** What the thread had used before this run. */
  before: Usage;
  threadId(): string | null;
  /** Why Codex must stop, in words; null while it may go on. */
  overspent(usage: Usage): string | null;
};

export type UsageMeter = {
  /** Aborts with a StopReason when too much has been used. */
  signal: AbortSignal;
  /** As far as the thread's file has counted. */
  usage(): Usage;
  /** Why it stopped Codex, if it did. */
  why(): string | null;
  stop(): Promise<void>;
};

type Seen = { usage: Usage; why: string | null; bytes: number };

/**
 * Events tell of tokens only when a turn ends, and one turn may be the whole attempt; the thread's file counts after
 * every answer of the model. So Codex is stopped at most one answer late.
 */
export function startMeter(order: MeterOrder): UsageMeter {
  const stopping = new AbortController();
  const over = new AbortController();
  const seen: Seen = { usage: NO_USAGE, why: null, bytes: -1 };
  judge(order, seen, stopping);
  const looking = lookUntil(order, seen, { stopping, over: over.signal });
  return {
    signal: stopping.signal,
    usage: () => seen.usage,
    why: () => seen.why,
    stop: () => {
      over.abort();
      return looking;
    },
  };
}

const LOOK_MS = 250;

async function lookUntil(
  order: MeterOrder,
  seen: Seen,
  { stopping, over }: { stopping: AbortController; over: AbortSignal },
): Promise<void> {
  while (seen.why === null && (await waited(LOOK_MS, over))) {
    const bytes = await sizeOf(order);
    if (bytes === seen.bytes) continue;
    seen.bytes = bytes;
    const counted = await readThreadUsage(order.codexHome, order.threadId()).catch(() => null);
    if (counted === null) continue; // the agent can reach the file; the turn's own figures come at its end
    seen.usage = usageSince(order.before, counted);
    judge(order, seen, stopping);
  }
}

function judge({ overspent }: MeterOrder, seen: Seen, stopping: AbortController): void {
  seen.why = overspent(seen.usage);
  if (seen.why !== null) stopping.abort("over_budget" satisfies StopReason);
}

async function sizeOf({ codexHome, threadId }: MeterOrder): Promise<number> {
  const id = threadId();
  const file = id === null ? null : await findSession(codexHome, id);
  if (file === null) return -1;
  return stat(file).then(
    ({ size }) => size,
    () => -1,
  );
}
