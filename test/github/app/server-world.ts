import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import pino from "pino";
import type { Database } from "../../../src/database/connect.ts";
import { createBell } from "../../../src/engine/wake/wake.ts";
import type { World } from "../../../src/engine/world.ts";
import type { AppServerOptions } from "../../../src/github/app/server.ts";
import { SECRET } from "./sender.ts";

const privateKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
  type: "pkcs1",
  format: "pem",
});
export const privateKeyPem = String(privateKey);

/** Nobody waits for work here, so nobody watches the database. */
export function worldOn(database: Database): World {
  const { ring, rings, next } = createBell();
  return {
    database,
    key: { secret: randomBytes(32) },
    wake: { announce: async () => undefined, poke: ring, rings, next, close: async () => undefined },
    log: pino({ level: "silent" }),
    newId: randomUUID,
    random: Math.random,
  };
}

export function serverOptions(world: World): AppServerOptions {
  return {
    world,
    app: { appId: 77, privateKey: privateKeyPem, apiUrl: "http://127.0.0.1:1/api/v3" },
    secrets: [SECRET, "the one before"],
    port: 0,
    host: "127.0.0.1",
    webhookPath: "/github/webhook",
    maxPayloadBytes: 100_000,
  };
}
