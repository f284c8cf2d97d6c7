import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Database } from "../../../src/database/connect.ts";
import { findWaitingDelivery } from "../../../src/database/inbox.ts";
import type { AuditLine } from "../../../src/github/app/audit-log.ts";
import { startIntakeServer } from "../../../src/github/app/intake-server.ts";
import type { RunningServer } from "../../../src/github/app/server.ts";
import { testDatabases } from "../../support/databases.ts";
import { SECRET, send } from "./sender.ts";
import { worldOn } from "./server-world.ts";

const databases = testDatabases();
const lines: AuditLine[] = [];
const path = "/github/webhook";
let database: Database;
let server: RunningServer;
beforeAll(async () => {
  database = await databases.open("sqlite");
  server = await startIntakeServer({
    ...{ world: worldOn(database), secrets: [SECRET], host: "127.0.0.1", port: 0, path },
    maxPayloadBytes: 2_000,
    audit: (line) => lines.push(line),
  });
});
afterAll(() => server.close());

test("a delivery is stored for whoever works on it", async () => {
  expect(await send(server.port, { path, guid: "g-1" })).toMatchObject({ status: 202 });
  expect(await findWaitingDelivery(database.knex, "g-1")).toMatchObject({ event: "status" });
});

test.each([
  ["a wrong signature", { headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } }, 401],
  ["a body that is too large", { body: JSON.stringify({ filler: "x".repeat(3_000) }) }, 413],
  ["no event", { headers: { "x-github-event": undefined } }, 400],
  ["the same delivery again", { guid: "g-1" }, 200],
])("%s is answered, and leaves a line without what was in it", async (_what, hook, status) => {
  lines.length = 0;
  expect(await send(server.port, { path, ...hook })).toMatchObject({ status });
  expect(lines).toEqual([expect.objectContaining({ method: "POST", path, status_code: status })]);
  expect(JSON.stringify(lines)).not.toContain("xxxx");
});

test("a look at the address says that somebody listens there, and leaves no line", async () => {
  lines.length = 0;
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}?x=1`);

  expect(await answer.json()).toEqual({ ok: true, status: "alive" });
  expect(await (await fetch(`http://127.0.0.1:${server.port}/healthz`)).json()).toEqual({ ok: true });
  expect((await fetch(`http://127.0.0.1:${server.port}/elsewhere`)).status).toBe(404);
  expect(lines).toEqual([]);
});
