import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export type Refusal = { status: 401 | 403; why: string };

/** All that Codex 0.169 asks of a custom provider; seen by journaling it. */
const ALLOWED = new Set(["POST /v1/responses"]);

/** Null when the request may pass. The nonce is judged first, so that strangers learn nothing about paths. */
export function judge({ method, url, headers }: IncomingMessage, nonce: string): Refusal | null {
  if (!sameSecret(headers.authorization ?? "", `Bearer ${nonce}`)) {
    return { status: 401, why: "this proxy serves one attempt of agentpr; the nonce is wrong" };
  }
  // The raw path, not a normalised one: `/v1/responses/../models` must not be read as something else upstream.
  const path = (url ?? "").split("?", 1)[0];
  return ALLOWED.has(`${method} ${path}`)
    ? null
    : { status: 403, why: `${method} ${path} is not allowed here` };
}

/** Digests have one length, so the comparison tells nothing about the secret's. */
function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
