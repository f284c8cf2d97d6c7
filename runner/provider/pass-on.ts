import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline, Transform } from "node:stream";
import { type Failure, readFailure } from "./failure.ts";
import type { Upstream } from "./key-proxy.ts";

export type Passing = {
  request: IncomingMessage;
  response: ServerResponse;
  upstream: Upstream;
  onActivity: (() => void) | undefined;
};
type Report = (failure: Failure | null) => void;

const MAX_BODY = 64 * 1024 * 1024;
const FAILURE_BYTES = 16 * 1024;
const PREFIX = "/v1";

/** Hop-by-hop headers, and those the proxy sets itself. */
const DROPPED = new Set([
  "accept-encoding",
  "authorization",
  "connection",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Streams one request upstream with the real key, and its answer back. */
export function passOn(passing: Passing, report: Report): void {
  const { request, response, upstream } = passing;
  const target = targetOf(request.url ?? "", upstream);
  const send = target.protocol === "https:" ? httpsRequest : httpRequest;
  const onward = send(target, { method: request.method, headers: headersOf(request, upstream) });
  onward.once("response", (answer) => answerBack(passing, answer, report));
  onward.once("error", (error) => unreachable(response, error, report));
  response.once("close", () => onward.destroy());
  pipeline(request, atMost(MAX_BODY), onward, (error) => {
    if (error !== null && error !== undefined) onward.destroy(error);
  });
}

function targetOf(url: string, { baseUrl, query }: Upstream): URL {
  const target = new URL(baseUrl + url.slice(PREFIX.length));
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  return target;
}

function headersOf({ headers }: IncomingMessage, upstream: Upstream): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !DROPPED.has(name));
  return {
    ...Object.fromEntries(kept),
    ...upstream.headers,
    authorization: `Bearer ${upstream.key}`,
    "accept-encoding": "identity",
  };
}

function answerBack({ response, onActivity }: Passing, answer: IncomingMessage, report: Report): void {
  const status = answer.statusCode ?? 502;
  const good = status < 400;
  response.writeHead(
    status,
    Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !DROPPED.has(name))),
  );
  const beginning: Buffer[] = [];
  let kept = 0;
  answer.on("data", (chunk: Buffer) => {
    if (good) return onActivity?.();
    beginning.push(chunk.subarray(0, FAILURE_BYTES - kept));
    kept += beginning.at(-1)?.length ?? 0;
  });
  pipeline(answer, response, () => {
    report(good ? null : readFailure(status, answer.headers, Buffer.concat(beginning).toString("utf8")));
  });
}

/** A connection that breaks off after it was made is Codex's to see as such; only one that could not be made is told. */
function unreachable(response: ServerResponse, error: NodeJS.ErrnoException, report: Report): void {
  const broken = response.headersSent || error.code === "ECONNRESET";
  if (broken || response.destroyed) return void response.destroy();
  const message = `the model endpoint could not be reached: ${error.code ?? error.message}`;
  report({ status: 502, code: "unreachable", message, retryAt: null });
  response.writeHead(502, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));
}

function atMost(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(new Error(`a request of more than ${limit} bytes`));
      else done(null, chunk);
    },
  });
}
