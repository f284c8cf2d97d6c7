// main: puts the rooms together. Nothing is decided here; what a process is made of is said once.
import { randomUUID } from "node:crypto";
import pino, { type Logger } from "pino";
import { withoutTokens } from "../core/redact.ts";
import { connect, type Database } from "../database/connect.ts";
import { requireMigrated } from "../database/migrations.ts";
import type { SigningKey } from "../engine/sign.ts";
import { postgresWake } from "../engine/wake/postgres.ts";
import { sqliteWake } from "../engine/wake/sqlite.ts";
import type { World } from "../engine/world.ts";

export type OpenWorld = { databaseUrl: string; key: SigningKey | null; log: Logger };

export type OpenedWorld = World & { close(): Promise<void> };

/** A process's world on a database that is up to date. Close it, or the process does not end. */
export async function openWorld({ databaseUrl, key, log }: OpenWorld): Promise<OpenedWorld> {
  const database = connect(databaseUrl);
  await requireMigrated(database);
  const wake = wakeFor(database, log);
  const close = async () => {
    await wake.close();
    await database.close();
  };
  return { database, key, wake, log, newId: randomUUID, random: Math.random, close };
}

function wakeFor(database: Database, log: Logger) {
  return database.file === null ? postgresWake(database.url, log) : sqliteWake(database, database.file);
}

/** Logs go to stderr as JSON; stdout belongs to data. */
export function openLog(level: string, name: string): Logger {
  return pino({ level, base: { name }, hooks: { streamWrite: withoutTokens } }, pino.destination(2));
}
