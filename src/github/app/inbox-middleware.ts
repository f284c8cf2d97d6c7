import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuditLine } from "./audit-log.ts";
import { type Answer, type IntakeOptions, takeIn } from "./intake.ts";

/** True when the request was answered; otherwise the next handler has its turn. */
export type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

type InboxOptions = IntakeOptions & { audit?: (line: AuditLine) => void };

/** Stands where Probot's webhook middleware would: that one buffers without limit, and runs handlers before it answers. */
export function inboxMiddleware(paths: readonly string[], { audit, ...options }: InboxOptions): Middleware {
  return async (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    // GitHub's manifest page registers the bare address; browsers that look at it want the pages.
    const isOurs = paths.includes(path) || (path === "/" && request.method === "POST");
    if (!isOurs) return false;
    const taken = await takeIn(options, request);
    answer(request, response, taken);
    audit?.(lineOf(request, path, taken));
    return true;
  };
}

function answer(request: IncomingMessage, response: ServerResponse, { status, text }: Answer): void {
  const unread = !request.readableEnded;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    ...(status === 405 ? { allow: "POST" } : {}),
    // What was not read is not waited for either.
    ...(unread ? { connection: "close" } : {}),
  });
  response.end(`${text}\n`);
}

/** What is said about a request later: who it said it was from, and what came of it; never what was in it. */
function lineOf({ method, headers }: IncomingMessage, path: string, { status, text }: Answer): AuditLine {
  return {
    method: method ?? "",
    path,
    event: short(headers["x-github-event"]),
    delivery: short(headers["x-github-delivery"]),
    status_code: status,
    outcome: text,
  };
}

function short(header: string | string[] | undefined): string | null {
  return typeof header === "string" ? header.slice(0, 100) : null;
}
