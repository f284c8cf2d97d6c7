import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, type IntakeOptions, takeIn } from "./intake.ts";

/** True when the request was answered; otherwise the next handler has its turn. */
export type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Stands where Probot's webhook middleware would: that one buffers without limit, and runs handlers before it answers. */
export function inboxMiddleware(paths: readonly string[], options: IntakeOptions): Middleware {
  return async (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    // GitHub's manifest page registers the bare address; browsers that look at it want the pages.
    const isOurs = paths.includes(path) || (path === "/" && request.method === "POST");
    if (!isOurs) return false;
    answer(request, response, await takeIn(options, request));
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
