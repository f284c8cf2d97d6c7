import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Actor } from "../actor.ts";
import type { Hub } from "../hub.ts";
import { ROUTES } from "../routes/route-table.ts";
import { dispatch, type Outcome } from "./dispatch.ts";
import type { ApiCall, Exchange } from "./exchange.ts";
import { readBody } from "./read-body.ts";
import type { Reply } from "./reply.ts";
import type { Category, Method } from "./route.ts";
import { createRouter, type Match } from "./router.ts";

export const API_PREFIX = "/api/v3";

export type ApiServer = {
  calls: ApiCall[];
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/** Serves /api/v3 and /api/graphql and keeps a record of every call. */
export function createApiServer(hub: Hub, observe: (exchange: Exchange) => void): ApiServer {
  const find = createRouter(ROUTES);
  const calls: ApiCall[] = [];
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method as Method;
    const url = new URL(request.url ?? "/", hub.url);
    const path = canonicalPath(hub, url.pathname);
    const headers = flat(request.headers);
    const match = find(method, path);
    const outcome = await dispatch(hub, { url, headers, read: () => readBody(request), match });
    const reply = conditional(outcome.reply, headers, method);
    if (reply.status === 304) hub.limits.spend(outcome.actor, -1);
    const exchange = exchangeOf({ hub, method, path, match, headers, outcome, reply });
    exchange.responseHeaders = {
      date: new Date(hub.now()).toUTCString(),
      ...standardHeaders(outcome.actor, reply),
      ...hub.limits.headers(outcome.actor),
      ...exchange.responseHeaders,
    };
    calls.push(callOf(exchange));
    observe(exchange);
    send(response, reply, exchange.responseHeaders);
  }
  return { calls, serve };
}

/** Without the prefix; /repositories/{id}/… is where renamed repositories are redirected to. */
function canonicalPath(hub: Hub, pathname: string): string {
  const path = pathname.startsWith(API_PREFIX) ? pathname.slice(API_PREFIX.length) || "/" : pathname;
  const [, id = "", rest = ""] = /^\/repositories\/(\d+)(\/.+)$/.exec(path) ?? [];
  const repository = hub.store.repositories.get(Number(id));
  return repository ? `/repos/${repository.owner}/${repository.name}${rest}` : path;
}

function conditional(reply: Reply, headers: Readonly<Record<string, string>>, method: Method): Reply {
  if (method !== "GET" || reply.status !== 200) return reply;
  const etag = `"${createHash("sha256").update(text(reply.body)).digest("hex")}"`;
  const known = (headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  const tagged = { ...reply.headers, etag, "cache-control": "private, max-age=60, s-maxage=60" };
  return known.includes(etag) ? { status: 304, headers: tagged } : { ...reply, headers: tagged };
}

function exchangeOf(parts: {
  hub: Hub;
  method: Method;
  path: string;
  match: Match | null;
  headers: Readonly<Record<string, string>>;
  outcome: Outcome;
  reply: Reply;
}): Exchange {
  const { hub, method, path, match, headers, outcome, reply } = parts;
  return {
    at: new Date(hub.now()).toISOString(),
    method,
    template: match?.route.template ?? null,
    path,
    status: reply.status,
    actor: outcome.actor.kind,
    login: "user" in outcome.actor ? outcome.actor.user.login : null,
    category: categoryOf(match, outcome.requestBody),
    requestHeaders: headers,
    requestBody: outcome.requestBody,
    responseHeaders: reply.headers ?? {},
    responseBody: reply.body,
    faulty: outcome.fault !== null && !outcome.fault.kind.startsWith("delay"),
  };
}

/** A GraphQL query reads, a mutation edits. */
function categoryOf(match: Match | null, body: unknown): Category {
  const mutates =
    match?.route.template === "/api/graphql" && /"query":"\s*mutation/.test(JSON.stringify(body));
  return mutates ? "edit" : (match?.route.category ?? "read");
}

function callOf(exchange: Exchange): ApiCall {
  const { at, method, template, path, status, actor, login, category } = exchange;
  return { at, method, template, path, status, actor, login, category };
}

function standardHeaders(actor: Actor, reply: Reply): Record<string, string> {
  return {
    "x-github-request-id": randomBytes(8).toString("hex").toUpperCase(),
    "x-github-media-type": "github.v3; format=json",
    ...(actor.kind === "user" && actor.scopes !== "fine-grained"
      ? { "x-oauth-scopes": actor.scopes.join(", ") }
      : {}),
    ...(reply.body === undefined || reply.status === 304 ? {} : { "content-type": contentType(reply.body) }),
  };
}

function contentType(body: unknown): string {
  return typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
}

function send(response: ServerResponse, reply: Reply, headers: Readonly<Record<string, string>>): void {
  if (reply.status === 0) {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, headers);
  response.end(reply.body === undefined || reply.status === 304 ? undefined : text(reply.body));
}

function text(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function flat(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
