import { setTimeout as wait } from "node:timers/promises";
import type { WebhookFault } from "./faults.ts";
import { type Hub, timestamp } from "./hub.ts";
import type { Delivery } from "./store/store.ts";

type Draft = Pick<
  Delivery,
  | "guid"
  | "event"
  | "action"
  | "installationId"
  | "repositoryId"
  | "redelivery"
  | "payload"
  | "requestHeaders"
>;
type Result = Pick<Delivery, "status" | "statusCode" | "responseHeaders" | "responseBody">;

const GITHUBS_PATIENCE_MS = 10_000;
const LONGEST_KEPT_ANSWER = 10_000;
const UNREACHABLE: Result = {
  status: "failed to connect to host",
  statusCode: 502,
  responseHeaders: {},
  responseBody: "",
};

/** Sends a webhook once, in the background; a failure is recorded and never retried, as on GitHub. */
export function send(hub: Hub, draft: Draft): void {
  const fault = hub.faults.forWebhook(draft.event, draft.action);
  if (fault?.kind === "after-next") {
    hub.heldDeliveries.push(() => attempt(hub, draft));
    return;
  }
  hub.background(sendWith(hub, draft, fault));
}

async function sendWith(hub: Hub, draft: Draft, fault: WebhookFault | null): Promise<void> {
  if (fault?.kind === "drop") {
    record(hub, draft, UNREACHABLE, 0);
    return;
  }
  if (fault?.kind === "delay") await wait(fault.ms, undefined, { signal: hub.signal });
  await attempt(hub, draft);
  if (fault?.kind === "duplicate") await attempt(hub, draft);
  for (const late of hub.heldDeliveries.splice(0)) await late();
}

async function attempt(hub: Hub, draft: Draft): Promise<void> {
  const started = performance.now();
  const result = hub.webhookUrl === null ? UNREACHABLE : await request(hub, hub.webhookUrl, draft);
  record(hub, draft, result, performance.now() - started);
}

async function request(hub: Hub, url: string, draft: Draft): Promise<Result> {
  const timeout = AbortSignal.timeout(GITHUBS_PATIENCE_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: draft.requestHeaders,
      body: draft.payload,
      redirect: "manual",
      signal: AbortSignal.any([hub.signal, timeout]),
    });
    return {
      status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`,
      statusCode: response.status,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody: (await response.text()).slice(0, LONGEST_KEPT_ANSWER),
    };
  } catch (error) {
    if (timeout.aborted) return { ...UNREACHABLE, status: "timed out", statusCode: 504 };
    return { ...UNREACHABLE, responseBody: String(error) };
  }
}

function record(hub: Hub, draft: Draft, result: Result, durationMs: number): void {
  const id = hub.nextId();
  hub.store.deliveries.set(id, { id, ...draft, ...result, durationMs, deliveredAt: timestamp(hub) });
}
