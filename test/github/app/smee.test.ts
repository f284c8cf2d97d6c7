import { randomUUID } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Database } from "../../../src/database/connect.ts";
import { findWaitingDelivery } from "../../../src/database/inbox.ts";
import { startAppServer } from "../../../src/github/app/server.ts";
import { testDatabases } from "../../support/databases.ts";
import { PATIENCE_MS } from "../../support/proof.ts";
import { signatureOf } from "./sender.ts";
import { serverOptions, worldOn } from "./server-world.ts";

jest.setTimeout(40_000);
const databases = testDatabases();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A channel as smee.io has it: what is posted there is parsed, and its value goes to all who listen. */
type Channel = { url: string; post(event: string, body: string): string };

async function openChannel(): Promise<Channel> {
  const listeners = new Set<ServerResponse>();
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("event: ready\ndata: {}\n\n");
    listeners.add(response);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closers.push(() => {
    for (const listener of listeners) listener.end();
    server.close();
  });
  const post = (event: string, body: string) => {
    const guid = randomUUID();
    const headers = { "x-github-event": event, "x-github-delivery": guid };
    const told = { ...headers, "x-hub-signature-256": signatureOf(body), body: JSON.parse(body), query: {} };
    for (const listener of listeners) listener.write(`data: ${JSON.stringify(told)}\n\n`);
    return guid;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/abc`, post };
}

let channel: Channel;
let database: Database;
beforeAll(async () => {
  database = await databases.open("sqlite");
  channel = await openChannel();
  const server = await startAppServer({
    ...serverOptions(worldOn(database)),
    webhookProxy: channel.url,
  });
  closers.push(server.close);
});

async function isTakenIn(guid: string): Promise<boolean> {
  for (const over = performance.now() + PATIENCE_MS; performance.now() < over; ) {
    if ((await findWaitingDelivery(database.knex, guid)) !== null) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

test.each([
  ["plain words", { sha: "x", description: "all is well" }],
  ["other scripts and pictures", { sha: "x", description: "żółć, 你好, עברית, 👩‍👩‍👧‍👦, \u2028" }],
  [
    "fractions and large numbers",
    { sha: "x", ratio: 0.1, share: 1.5e-7, large: 1e21, whole: 9007199254740991 },
  ],
  ["control characters and quotes", { sha: "x", description: 'a\t"b"\\c\u0007 </script>' }],
])("a delivery with %s comes through the channel with a signature that fits", async (_what, payload) => {
  const guid = channel.post("status", JSON.stringify(payload));

  expect(await isTakenIn(guid)).toBe(true);
});
