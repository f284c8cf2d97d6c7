import { randomUUID } from "node:crypto";
import pino from "pino";
import type { Database } from "../../src/database/connect.ts";
import { postgresWake } from "../../src/engine/wake/postgres.ts";
import { sqliteWake } from "../../src/engine/wake/sqlite.ts";
import type { World } from "../../src/engine/world.ts";

/** A process's world, with the key that its parent signs with. */
export function childWorld(database: Database, secret: string): World {
  const log = pino({ level: process.env.AGENTPR_TEST_LOG ?? "silent" }, pino.destination(2));
  const wake = database.file === null ? postgresWake(database.url, log) : sqliteWake(database, database.file);
  const key = { secret: Buffer.from(secret, "hex") };
  return { database, key, wake, log, newId: randomUUID, random: Math.random };
}
