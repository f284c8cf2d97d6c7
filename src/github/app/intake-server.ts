import { createDeliveryStore } from "./delivery-store.ts";
import type { PageHandler } from "./health.ts";
import { inboxMiddleware } from "./inbox-middleware.ts";
import { startPagesServer } from "./pages-server.ts";
import { type AppServerOptions, PATIENCE_MS, type RunningServer, STORE_MS } from "./server.ts";

export type IntakeServerOptions = Pick<AppServerOptions, "world" | "secrets" | "host" | "port" | "audit"> & {
  path: string;
  maxPayloadBytes: number;
};

/** Webhooks in, and nothing else: what they mean is found out by an app on the same database. */
export async function startIntakeServer(options: IntakeServerOptions): Promise<RunningServer> {
  const { world, host, port, path, secrets, maxPayloadBytes, audit } = options;
  const inbox = inboxMiddleware([path], {
    log: world.log,
    store: createDeliveryStore(world),
    secrets,
    maxPayloadBytes,
    bodyTimeoutMs: PATIENCE_MS,
    storeTimeoutMs: STORE_MS,
    ...(audit === undefined ? {} : { audit }),
  });
  const pages = [alive(path), inbox];
  return startPagesServer({ database: world.database, host, port, pages, headTimeoutMs: PATIENCE_MS });
}

/** So that a person or a probe can see that somebody listens there. */
function alive(path: string): PageHandler {
  return async ({ method, url }, response) => {
    if (method !== "GET" || (url ?? "/").split("?", 1)[0] !== path) return false;
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
    response.end('{"ok":true,"status":"alive"}\n');
    return true;
  };
}
