import type { Database } from "../database/connect.ts";
import { oldestWaiting } from "../database/queue-facts.ts";
import type { ReadyCheck } from "../github/app/health.ts";
import { createAppCheck, createTokenCheck } from "../github/client/app-check.ts";
import type { Access } from "./app-context.ts";

/** The app's own work is a matter of seconds; when it waits this long nobody is doing it. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** What has to hold for the app to be ready, beside its database. */
export function readyChecks(
  database: Database,
  access: Access & { log: Parameters<typeof createAppCheck>[0]["log"] },
): ReadyCheck[] {
  const { credentials, token = null, settings, log, onAnswer } = access;
  const { apiUrl, webUrl: url } = settings.github;
  const options = { apiUrl, url, log, ...(onAnswer === undefined ? {} : { onAnswer }) };
  const queue = () => queueMoves(database);
  if (credentials !== null) return [queue, createAppCheck({ ...credentials, ...options })];
  return token === null ? [queue] : [queue, createTokenCheck({ token, ...options })];
}

async function queueMoves(database: Database): Promise<string | null> {
  const waited = await oldestWaiting(database, "app");
  if (waited === null || waited < LONGEST_WAIT_MS) return null;
  return `the oldest job of the app has waited for ${Math.round(waited / 60_000)} minutes`;
}
