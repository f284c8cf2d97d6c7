import type { IncomingMessage, ServerResponse } from "node:http";
import { withoutTokens } from "../core/redact.ts";
import type { Html } from "./html.ts";

/** True when the request was answered; otherwise the next handler has its turn. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export type Answer =
  | { kind: "page"; status: number; page: Html; headers?: Headers }
  | { kind: "to"; address: string; headers?: Headers }
  | { kind: "file"; type: string; text: string }
  | { kind: "stream"; open: (response: ServerResponse) => Promise<void> };
type Headers = Readonly<Record<string, string | string[]>>;

/** Nothing from elsewhere, nothing inline, no frames, and forms go to us alone. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

export type Shield = {
  /** Served by https: browsers are told to stay with it. */
  isSecure: boolean;
};

export function send(response: ServerResponse, answer: Answer, shield: Shield): Promise<void> | void {
  for (const [name, value] of Object.entries(headersOf(shield))) response.setHeader(name, value);
  if (answer.kind === "stream") return answer.open(response);
  if (answer.kind === "to") {
    response.writeHead(303, { ...answer.headers, location: answer.address });
    response.end();
    return;
  }
  if (answer.kind === "file") return end(response, 200, answer, { "cache-control": "public, max-age=3600" });
  const page = { type: "text/html; charset=utf-8", text: withoutTokens(answer.page.text) };
  return end(response, answer.status, page, answer.headers);
}

function end(response: ServerResponse, status: number, body: { type: string; text: string }, more?: Headers) {
  response.writeHead(status, {
    ...more,
    "content-type": body.type,
    "content-length": String(Buffer.byteLength(body.text)),
  });
  response.end(response.req.method === "HEAD" ? undefined : body.text);
}

function headersOf({ isSecure }: Shield): Record<string, string> {
  return {
    "content-security-policy": POLICY.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    // With "no-referrer" browsers say of our own forms, too, that they come from nowhere.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
    ...(isSecure ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}

/** The value of a cookie, if the browser sent it. */
export function cookieOf({ headers }: IncomingMessage, name: string): string | null {
  for (const pair of (headers.cookie ?? "").split(/; */)) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at) === name) return pair.slice(at + 1);
  }
  return null;
}

const MOST_FORM_BYTES = 32_768;

/** The fields of a posted form; null when it is no form, or too long to be one of ours. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers["content-type"] ?? "")) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_FORM_BYTES) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

/** Browsers say where a form stood; only our own pages may post. One that says nothing is none. */
export function isOwnPost(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === host;
}
