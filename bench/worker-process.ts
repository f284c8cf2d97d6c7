import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { startWorker } from "../src/engine/worker.ts";
import { openLog, openWorld } from "../src/main/open-world.ts";
import type { FromWorker, Seen, ToWorker } from "./worker-child.ts";

// A process with nothing but a worker of the app lane, whose jobs do nothing: what is left is the queue itself.
const Order = z.object({ url: z.string(), slots: z.coerce.number().int(), pollMs: z.coerce.number().int() });
const TELL_MS = 50;

const [url, slots, pollMs] = process.argv.slice(2);
await serve(Order.parse({ url, slots, pollMs }));

async function serve({ url, slots, pollMs }: z.infer<typeof Order>): Promise<void> {
  const world = await openWorld({ databaseUrl: url, key: null, log: openLog("warn", "bench") });
  tell({ kind: "ready" });
  await until("go");
  const seen: Seen[] = [];
  const worker = startWorker(world, {
    lane: "app",
    name: `bench#${process.pid}`,
    slots,
    handlers: {
      receive: async ({ id, key }) => {
        seen.push({ id, key, at: performance.timeOrigin + performance.now() });
        return { kind: "done" };
      },
    },
    pollMs,
    repositoryCap: 1_000,
  });
  const stopped = until("stop");
  for (let told = 0; !(await Promise.race([stopped, sleep(TELL_MS)])); told = seen.length)
    if (seen.length > told) tell({ kind: "count", count: seen.length });
  await worker.drain();
  tell({ kind: "seen", seen });
  await world.close();
  process.disconnect();
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

function until(wanted: ToWorker): Promise<true> {
  return new Promise((resolve) => {
    process.on("message", (message) => {
      if (message === wanted) resolve(true);
    });
  });
}
