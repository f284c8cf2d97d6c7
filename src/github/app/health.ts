import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../../core/problem.ts";
import type { Database } from "../../database/connect.ts";
import { readNow } from "../../database/connect.ts";
import { requireMigrated } from "../../database/migrations.ts";

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const READY_TIMEOUT_MS = 5_000;

/** /healthz: the process answers. /readyz: the database answers too, and its schema is this version's. */
export function healthHandler(database: Database): PageHandler {
  return async ({ method, url }, response) => {
    const [path] = (url ?? "/").split("?", 1);
    if (method !== "GET" && method !== "HEAD") return false;
    if (path === "/healthz") return send(response, 200, { ok: true });
    if (path !== "/readyz") return false;
    const why = await whyNotReady(database);
    return send(response, why === null ? 200 : 503, why === null ? { ok: true } : { ok: false, why });
  };
}

async function whyNotReady(database: Database): Promise<string | null> {
  const late = new Promise<string>((resolve) => {
    setTimeout(() => resolve("the database does not answer"), READY_TIMEOUT_MS).unref();
  });
  return Promise.race([late, reach(database)]);
}

async function reach(database: Database): Promise<string | null> {
  try {
    await requireMigrated(database);
    await readNow(database);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function send(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
  return true;
}
