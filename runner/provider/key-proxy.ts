import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Failure } from "./failure.ts";
import { passOn } from "./pass-on.ts";
import { judge } from "./proxy-rules.ts";

export type Upstream = {
  /** Ends before `/responses`, usually with `/v1`. */
  baseUrl: string;
  key: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
};

export type KeyProxyOrder = {
  upstream: Upstream;
  /** Closes the proxy. */
  signal: AbortSignal;
  /** A Unix socket to listen on instead of a loopback port, for a box without network. */
  socketPath?: string;
  /** Bytes of a good answer went by. */
  onActivity?: () => void;
};

export type KeyProxy = {
  /** What Codex is told; with a socket, the address that a forwarder must offer. */
  baseUrl: string;
  port: number;
  nonce: string;
  readonly requests: number;
  /** How the last request failed, exact where Codex's own words are vague; null when it succeeded. */
  readonly failure: Failure | null;
  close(): Promise<void>;
};

/** Any port will do in a box whose network is its own. */
const PORT_INSIDE = 4_141;

/**
 * A loopback proxy that holds the real key. It lets through only what Codex asks of its model, and only from
 * whoever knows the nonce; so neither the box nor Codex's environment and arguments ever hold the key.
 */
export async function startKeyProxy(order: KeyProxyOrder): Promise<KeyProxy> {
  const nonce = randomBytes(32).toString("hex");
  const state: { requests: number; failure: Failure | null } = { requests: 0, failure: null };
  const server = createServer((request, response) => {
    const refusal = judge(request, nonce);
    if (refusal !== null) return refuse(request, response, refusal);
    state.requests += 1;
    passOn({ request, response, upstream: order.upstream, onActivity: order.onActivity }, (failure) => {
      state.failure = failure;
    });
  });
  const port = await listen(server, order.socketPath);
  const close = () => closeAll(server);
  order.signal.addEventListener("abort", () => void close(), { once: true });
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    nonce,
    get requests() {
      return state.requests;
    },
    get failure() {
      return state.failure;
    },
    close,
  };
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, why }: { status: number; why: string },
) {
  request.resume();
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: { message: why, type: "agentpr_proxy" } }));
}

async function listen(server: Server, socketPath: string | undefined): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (socketPath === undefined) server.listen(0, "127.0.0.1", resolve);
    else server.listen(socketPath, resolve);
  });
  return socketPath === undefined ? (server.address() as AddressInfo).port : PORT_INSIDE;
}

async function closeAll(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
