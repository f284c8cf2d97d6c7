import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Probot, Server } from "probot";
import type { World } from "../../engine/world.ts";
import type { AuditLine } from "./audit-log.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import { healthHandler, type PageHandler, type ReadyCheck } from "./health.ts";
import { inboxMiddleware, type Middleware } from "./inbox-middleware.ts";
import { cutSlowHeads } from "./slow-heads.ts";

export const WEBHOOK_PATH = "/api/github/webhooks";
/** GitHub's own limit; nothing larger is ever sent. */
export const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;

/** GitHub itself waits no longer. */
export const PATIENCE_MS = 10_000;
export const STORE_MS = 9_000;
const CLOSE_MS = 5_000;

export type AppServerOptions = {
  world: World;
  app: { appId: number; privateKey: string; apiUrl: string };
  secrets: readonly string[];
  port: number;
  host: string;
  /** Taken beside the usual path. */
  webhookPath?: string;
  maxPayloadBytes?: number;
  bodyTimeoutMs?: number;
  storeTimeoutMs?: number;
  /** Where every request to the webhooks' path leaves a line. */
  audit?: (line: AuditLine) => void;
  /** A smee.io channel to read deliveries from. */
  webhookProxy?: string;
  /** Further pages, asked in this order. */
  pages?: readonly PageHandler[];
  /** What has to hold for /readyz beside the database. */
  ready?: readonly ReadyCheck[];
};

export type RunningServer = { port: number; close(): Promise<void> };

/** Probot's server with our inbox in the place of its webhook middleware. */
export async function startAppServer(options: AppServerOptions): Promise<RunningServer> {
  const paths = [WEBHOOK_PATH, ...(options.webhookPath === undefined ? [] : [options.webhookPath])];
  const middleware = inboxMiddleware(paths, {
    log: options.world.log,
    store: createDeliveryStore(options.world),
    secrets: options.secrets,
    maxPayloadBytes: options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES,
    bodyTimeoutMs: options.bodyTimeoutMs ?? PATIENCE_MS,
    storeTimeoutMs: options.storeTimeoutMs ?? STORE_MS,
    ...(options.audit === undefined ? {} : { audit: options.audit }),
  });
  const server = await probotServer(options, middleware);
  server.addHandler(healthHandler(options.world.database, options.ready));
  for (const page of options.pages ?? []) server.addHandler(page);
  const http = await server.start();
  cutSlowHeads(http, options.bodyTimeoutMs ?? PATIENCE_MS);
  return { port: server.port, close: () => closeSoon(server, http) };
}

async function probotServer(options: AppServerOptions, middleware: Middleware): Promise<Server> {
  const { appId, privateKey, apiUrl } = options.app;
  const server = new Server({
    // A line per request is nobody's news.
    log: options.world.log.child({}, { level: "warn" }),
    port: options.port === 0 ? await freePort(options.host) : options.port,
    host: options.host,
    webhookPath: WEBHOOK_PATH,
    ...(options.webhookProxy === undefined ? {} : { webhookProxy: options.webhookProxy }),
    Probot: inboxProbot(middleware).defaults({ appId, privateKey, baseUrl: apiUrl }),
  });
  await server.load(() => undefined);
  return server;
}

/** A Probot whose deliveries go to the inbox; what they mean is found out by jobs. */
function inboxProbot(middleware: Middleware): typeof Probot {
  return class extends Probot {
    override getNodeMiddleware(): ReturnType<Probot["getNodeMiddleware"]> {
      return Promise.resolve(middleware);
    }
  };
}

/** Probot takes port 0 for 3000. */
async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function closeSoon(server: Server, http: HttpServer): Promise<void> {
  const force = setTimeout(() => http.closeAllConnections(), CLOSE_MS);
  try {
    await server.stop();
  } finally {
    clearTimeout(force);
  }
}
