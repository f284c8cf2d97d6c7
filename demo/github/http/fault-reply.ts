import { setTimeout as wait } from "node:timers/promises";
import type { ApiFault } from "../faults.ts";
import type { Hub } from "../hub.ts";
import { Refusal, type Reply } from "./reply.ts";

const DEFAULT_RETRY_AFTER_S = 60;

/** Status 0 stands for a connection that is cut without an answer. */
const CUT: Reply = { status: 0 };

const SECONDARY =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.";

/** What is answered instead of doing anything; null lets the request through. */
export async function replyBefore(hub: Hub, fault: ApiFault): Promise<Reply | null> {
  if (fault.kind === "delay") await wait(fault.ms, undefined, { signal: hub.signal });
  if (fault.kind === "refusal") return new Refusal(fault.status, fault.message).reply;
  if (fault.kind === "500-before") return new Refusal(500, "Server Error").reply;
  if (fault.kind === "403-secondary") return secondaryLimit(fault.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S);
  if (fault.kind === "429") return primaryLimit(hub, fault.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S);
  return fault.kind === "close-connection" ? CUT : null;
}

/** What is answered although it was done; null leaves the answer as it is. */
export async function replyAfter(hub: Hub, fault: ApiFault): Promise<Reply | null> {
  if (fault.kind === "delay-after-write") await wait(fault.ms, undefined, { signal: hub.signal });
  if (fault.kind === "close-after-write") return CUT;
  return fault.kind === "502-after-write"
    ? { status: 502, body: "<html><body>502 Bad Gateway</body></html>" }
    : null;
}

function secondaryLimit(seconds: number): Reply {
  return new Refusal(403, SECONDARY, { headers: { "retry-after": String(seconds) } }).reply;
}

/** The hour's budget is spent: clients look at what remains and when it is filled again. */
function primaryLimit(hub: Hub, seconds: number): Reply {
  const reset = String(Math.ceil(hub.now() / 1000) + seconds);
  const headers = {
    "retry-after": String(seconds),
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": reset,
  };
  return new Refusal(429, "API rate limit exceeded", { headers }).reply;
}
