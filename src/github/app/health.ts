import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../../core/problem.ts";
import type { Database } from "../../database/connect.ts";
import { readNow } from "../../database/connect.ts";
import { requireMigrated } from "../../database/schema-version.ts";

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const READY_TIMEOUT_MS = 5_000;

/** Something else that has to hold: why it does not, or null. */
export type ReadyCheck = () => Promise<string | null>;

/**
 * /healthz: the process answers. /readyz: the database answers too, its schema is this version's, and whatever else is
 * asked for holds.
 */
export function healthHandler(database: Database, checks: readonly ReadyCheck[] = []): PageHandler {
  return async ({ method, url }, response) => {
    const [path] = (url ?? "/").split("?", 1);
    if (method !== "GET" && method !== "HEAD") return false;
    if (path === "/healthz") return send(response, 200, { ok: true });
    if (path !== "/readyz") return false;
    const why = await whyNotReady(database, checks);
    return send(response, why === null ? 200 : 503, why === null ? { ok: true } : { ok: false, why });
  };
}

async function whyNotReady(database: Database, checks: readonly ReadyCheck[]): Promise<string | null> {
  const late = new Promise<string>((resolve) => {
    setTimeout(() => resolve("the database does not answer"), READY_TIMEOUT_MS).unref();
  });
  const unreached = await Promise.race([late, reach(database)]);
  if (unreached !== null) return unreached;
  const answers = await Promise.all(checks.map(tried));
  return answers.find((why) => why !== null) ?? null;
}

function tried(check: ReadyCheck): Promise<string | null> {
  return check().catch(messageOf);
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
