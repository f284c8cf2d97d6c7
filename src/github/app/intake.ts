// github: GitHub in and out. app = webhooks and pages in, facts = payload to our words, client = tokens and requests,
// port = what the jobs ask of GitHub, comments = every text that we post there.
import type { IncomingMessage } from "node:http";
import { messageOf } from "../../core/problem.ts";
import type { Delivery } from "../../database/inbox.ts";
import type { World } from "../../engine/world.ts";
import { handledEvent } from "../facts/events.ts";
import { actionOf } from "../facts/read-delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { readBody } from "./read-body.ts";
import { isSignedBy } from "./signature.ts";

export type IntakeOptions = {
  log: World["log"];
  store: DeliveryStore;
  /** The present secret, and during a rotation the one before. */
  secrets: readonly string[];
  maxPayloadBytes: number;
  /** A sender that needs longer is cut off. */
  bodyTimeoutMs: number;
  /** Counted from the request's start: GitHub itself gives up after 10 s, and then offers no answer to redeliver on. */
  storeTimeoutMs: number;
};

export type Answer = { status: number; text: string };

/**
 * Takes one delivery in: checks, then remembers it and the job to process it in one transaction, then answers.
 * Nothing is asked of anybody else before the answer.
 */
export async function takeIn(options: IntakeOptions, request: IncomingMessage): Promise<Answer> {
  const started = performance.now();
  const head = readHead(request);
  if ("status" in head) return head;
  const { maxPayloadBytes: maxBytes, bodyTimeoutMs: timeoutMs } = options;
  const read = await readBody(request, { maxBytes, timeoutMs });
  if (!read.ok) return read.answer;
  if (!isSignedBy(options.secrets, read.body, head.signature)) return say(401, "The signature does not fit.");
  const payload = read.body.toString("utf8");
  const parsed = parseObject(payload);
  if (parsed === null) return say(400, "The body is not a JSON object.");
  if (handledEvent(head.event, actionOf(parsed)) === null)
    return say(200, "Seen; nobody handles this event.");
  const timeLeft = options.storeTimeoutMs - (performance.now() - started);
  return store(options, { guid: head.guid, event: head.event, payload }, timeLeft);
}

type Head = { guid: string; event: string; signature: string | undefined };

function readHead({ method, headers }: IncomingMessage): Head | Answer {
  if (method !== "POST") return say(405, "Webhooks are sent with POST.");
  const event = oneOf(headers["x-github-event"]);
  const guid = oneOf(headers["x-github-delivery"]);
  if (!/^[a-z0-9_]{1,100}$/.test(event)) return say(400, "X-GitHub-Event is missing.");
  if (!/^[\w-]{1,100}$/.test(guid)) return say(400, "X-GitHub-Delivery is missing.");
  if (!/^application\/json(?:;|$)/i.test(oneOf(headers["content-type"])))
    return say(400, "Set the webhook's content type to application/json.");
  return { guid, event, signature: oneOf(headers["x-hub-signature-256"]) };
}

function oneOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null; // the caller answers that it is no JSON object
  }
}

/** A database that does not answer in time gives 503: GitHub records the failure, and can deliver again. */
async function store(options: IntakeOptions, delivery: Delivery, timeLeftMs: number): Promise<Answer> {
  const late = AbortSignal.timeout(Math.max(1, Math.trunc(timeLeftMs)));
  const gaveUp = new Promise<Answer>((resolve) => {
    late.addEventListener("abort", () => resolve(say(503, "The database does not answer; deliver again.")));
  });
  return Promise.race([remember(options, delivery), gaveUp]);
}

async function remember({ store, log }: IntakeOptions, delivery: Delivery): Promise<Answer> {
  try {
    return (await store.remember(delivery)) ? say(202, "Taken in.") : say(200, "Known already.");
  } catch (error) {
    log.error({ delivery: delivery.guid, why: messageOf(error) }, "delivery not stored");
    return say(503, "The delivery could not be stored; deliver again.");
  }
}

function say(status: number, text: string): Answer {
  return { status, text };
}
