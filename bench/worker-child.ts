import { fork } from "node:child_process";
import { join } from "node:path";

export type Seen = { id: number; key: string; at: number };
export type ToWorker = "go" | "stop";
export type FromWorker =
  | { kind: "ready" }
  | { kind: "count"; count: number }
  | { kind: "seen"; seen: Seen[] };

export type WorkerChild = {
  readonly pid: number;
  /** Jobs carried out so far, a moment ago. */
  count(): number;
  go(): void;
  /** Ends the process; gives every job it had, with the moment at which its handler began. */
  stop(): Promise<Seen[]>;
};

/** A worker in a process of its own, ready to go. */
export async function startWorkerChild(url: string, slots: number, pollMs = 5_000): Promise<WorkerChild> {
  const child = fork(join(import.meta.dirname, "worker-process.ts"), [url, String(slots), String(pollMs)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  let count = 0;
  const ready = Promise.withResolvers<void>();
  const seen = Promise.withResolvers<Seen[]>();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.on("message", (message) => {
    const told = message as FromWorker;
    if (told.kind === "ready") ready.resolve();
    else if (told.kind === "count") count = told.count;
    else seen.resolve(told.seen);
  });
  const failed = ended.then(() => Promise.reject(new Error("a worker process ended too early")));
  failed.catch(() => undefined);
  await Promise.race([ready.promise, failed]);
  const send = (message: ToWorker) => void child.send(message);
  return {
    pid: child.pid ?? 0,
    count: () => count,
    go: () => send("go"),
    stop: async () => {
      send("stop");
      const result = await Promise.race([seen.promise, failed]);
      await ended;
      return result;
    },
  };
}
