import { randomBytes, randomUUID } from "node:crypto";
import { afterAll } from "@jest/globals";
import pino from "pino";
import type { Database } from "../../src/database/connect.ts";
import { postgresWake } from "../../src/engine/wake/postgres.ts";
import { sqliteWake } from "../../src/engine/wake/sqlite.ts";
import type { World } from "../../src/engine/world.ts";

const opened: World[] = [];
afterAll(() => Promise.all(opened.splice(0).map((world) => world.wake.close())));

export function testWorld(database: Database, overrides: Partial<World> = {}): World {
  const log = pino({ level: process.env.AGENTPR_TEST_LOG ?? "silent" });
  const world: World = {
    database,
    key: { secret: randomBytes(32) },
    wake: database.file === null ? postgresWake(database.url, log) : sqliteWake(database, database.file),
    log,
    newId: randomUUID,
    random: Math.random,
    ...overrides,
  };
  opened.push(world);
  return world;
}

/** Polls until `check` gives a value; fails with `what` when it never does. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | null | undefined | false>,
  timeoutMs = 10_000,
): Promise<T> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > until) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
