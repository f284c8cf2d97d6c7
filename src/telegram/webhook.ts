import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Intake } from "./intake.ts";

export const TELEGRAM_PATH = "/telegram/webhook";
const MOST_BYTES = 1_048_576;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Updates that Telegram sends: known by the secret that we gave it, written down before they are answered. */
export function webhookHandler(secret: string, intake: Pick<Intake, "take">): Handler {
  return async (request, response) => {
    if ((request.url ?? "").split("?", 1)[0] !== TELEGRAM_PATH) return false;
    const status = await statusOf(request, secret, intake);
    response.writeHead(status, request.readableEnded ? {} : { connection: "close" }).end();
    return true;
  };
}

async function statusOf(
  request: IncomingMessage,
  secret: string,
  intake: Pick<Intake, "take">,
): Promise<number> {
  if (request.method !== "POST") return 405;
  if (!isSame(request.headers["x-telegram-bot-api-secret-token"], secret)) return 401;
  const body = await bodyOf(request);
  if (body === null) return 413;
  const payload = parsed(body);
  if (payload === undefined) return 400;
  await intake.take(payload);
  return 200;
}

function isSame(given: string | string[] | undefined, secret: string): boolean {
  if (typeof given !== "string" || given.length !== secret.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(secret));
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // whoever sent it is told that it is no JSON
  }
}
