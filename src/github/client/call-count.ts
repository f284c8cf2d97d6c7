import { AsyncLocalStorage } from "node:async_hooks";
import { type ApiCalls, type CallKind, NO_CALLS } from "../../core/api-calls.ts";

const counting = new AsyncLocalStorage<ApiCalls>();

/** Does some work and counts what it asks of GitHub; also when it fails, for what was asked was asked. */
export async function countCalls<T>(
  work: () => Promise<T>,
  tell: (calls: ApiCalls) => Promise<void>,
): Promise<T> {
  const calls = { ...NO_CALLS };
  try {
    return await counting.run(calls, work);
  } finally {
    await tell(calls);
  }
}

/** One more for whoever is counting. */
export function count(kind: CallKind, amount = 1): void {
  const calls = counting.getStore();
  if (calls !== undefined) calls[kind] += amount;
}

type Asked = { method: string; route: string; status: number | null };

/** What a request is to GitHub's limits. A token is minted and taken back beside them; "not modified" costs nothing. */
export function kindOfCall({ method, route, status }: Asked): CallKind {
  if (route.endsWith("/access_tokens")) return "mints";
  if (route.endsWith("/installation/token")) return "revocations";
  if (method === "GET") return status === 304 ? "unchanged" : "reads";
  return method === "POST" ? "creations" : "edits";
}

/** Shorter waits are the event loop's, not the throttle's. */
const LEAST_WAIT_MS = 100;

/** Takes down how long the throttle kept a request back, for whoever counts now: the throttle sends from elsewhere. */
export function waitCounter(): () => void {
  const begun = performance.now();
  return AsyncLocalStorage.bind(() => {
    const ms = performance.now() - begun;
    if (ms < LEAST_WAIT_MS) return;
    count("waits");
    count("waitedMs", Math.round(ms));
  });
}
