// main: puts the rooms together. Nothing is decided here; what a process is made of is said once.
import { randomUUID } from "node:crypto";
import pino, { type Logger } from "pino";
import type { TraceSettings } from "../config/trace-settings.ts";
import { withoutTokens } from "../core/redact.ts";
import { connect, type Database } from "../database/connect.ts";
import { requireMigrated } from "../database/schema-version.ts";
import type { SigningKey } from "../engine/sign.ts";
import { postgresWake } from "../engine/wake/postgres.ts";
import { sqliteWake } from "../engine/wake/sqlite.ts";
import type { World } from "../engine/world.ts";
import type { OpenTraces } from "../traces/open-traces.ts";

export type OpenWorld = {
  databaseUrl: string;
  key: SigningKey | null;
  log: Logger;
  /** Where traces of what this process does go. */
  traces?: TraceSettings | null;
};

export type OpenedWorld = World & { close(): Promise<void> };

/** A process's world on a database that is up to date. Close it, or the process does not end. */
export async function openWorld({ databaseUrl, key, log, traces = null }: OpenWorld): Promise<OpenedWorld> {
  const database = connect(databaseUrl);
  await requireMigrated(database);
  const wake = wakeFor(database, log);
  const tracing = traces && (await tracesTo(traces, { database, log }));
  const close = async () => {
    await wake.close();
    await tracing?.close();
    await database.close();
  };
  const world = { database, key, wake, log, newId: randomUUID, random: Math.random, close };
  return tracing === null ? world : { ...world, tracing };
}

/** Loaded only where it is needed: without a collector it costs neither time nor memory. */
async function tracesTo(
  traces: TraceSettings,
  parts: { database: Database; log: Logger },
): Promise<OpenTraces> {
  const { openTraces } = await import("../traces/open-traces.ts");
  return openTraces({ ...traces, ...parts, service: `agentpr-${parts.log.bindings().name}` });
}

function wakeFor(database: Database, log: Logger) {
  return database.file === null ? postgresWake(database.url, log) : sqliteWake(database, database.file);
}

/** Logs go to stderr as JSON; stdout belongs to data. */
export function openLog(level: string, name: string): Logger {
  return pino({ level, base: { name }, hooks: { streamWrite: withoutTokens } }, pino.destination(2));
}
