import { generateKeyPairSync, randomBytes } from "node:crypto";
import { startAppServer } from "../src/github/app/server.ts";
import { openLog, openWorld } from "../src/main/open-world.ts";

// The app's own server and nothing else, in a process of its own: what it stores, nobody takes.
const [databaseUrl = "", secret = ""] = process.argv.slice(2);

const world = await openWorld({
  databaseUrl,
  key: { secret: randomBytes(32) },
  log: openLog("warn", "bench"),
});
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const server = await startAppServer({
  world,
  app: { appId: 1, privateKey, apiUrl: "http://127.0.0.1:1" },
  secrets: [secret],
  port: 0,
  host: "127.0.0.1",
});
process.once("disconnect", async () => {
  await server.close();
  await world.close();
});
process.send?.(server.port);
