import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { findWaitingDelivery } from "../../../src/database/inbox.ts";
import { listJobs } from "../../../src/database/job-queries.ts";
import type { World } from "../../../src/engine/world.ts";
import { type AppServerOptions, type RunningServer, startAppServer } from "../../../src/github/app/server.ts";
import { handledEvent } from "../../../src/github/facts/events.ts";
import { testDatabases } from "../../support/databases.ts";
import { dribble, send, signatureOf } from "./sender.ts";
import { serverOptions, worldOn } from "./server-world.ts";

jest.setTimeout(40_000);

const databases = testDatabases();
const running: RunningServer[] = [];
let world: World;
let port: number;

async function start(changes: Partial<AppServerOptions> = {}): Promise<number> {
  const server = await startAppServer({
    ...serverOptions(world),
    ...changes,
  });
  running.push(server);
  return server.port;
}

beforeAll(async () => {
  world = worldOn(await databases.open("sqlite"));
  port = await start();
});

afterAll(() => Promise.all(running.map((server) => server.close())));

async function jobsFor(guid: string): Promise<unknown[]> {
  const jobs = await listJobs(world.database.knex, { kind: "receive" });
  return jobs.filter((job) => job.key === `receive:${guid}`).map((job) => job.payload);
}

test("a signed delivery is remembered with a job to process it", async () => {
  const guid = randomUUID();
  const body = JSON.stringify({ sha: "é☃" });

  expect(await send(port, { guid, body })).toMatchObject({ status: 202 });
  expect(await findWaitingDelivery(world.database.knex, guid)).toEqual({
    guid,
    event: "status",
    payload: body,
  });
  expect(await jobsFor(guid)).toEqual([{ guid, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

test("a hundred copies of a delivery have one effect", async () => {
  const guid = randomUUID();
  const answers = await Promise.all(Array.from({ length: 100 }, () => send(port, { guid })));

  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
  expect(await jobsFor(guid)).toHaveLength(1);
});

test.each([
  ["no signature", 401, { headers: { "x-hub-signature-256": undefined } }],
  ["another's signature", 401, { headers: { "x-hub-signature-256": signatureOf('{"sha":"x"}', "guess") } }],
  ["the signature of another body", 401, { headers: { "x-hub-signature-256": signatureOf("{}") } }],
  [
    "a signature of the old kind only",
    401,
    { headers: { "x-hub-signature-256": undefined, "x-hub-signature": "sha1=00" } },
  ],
  ["a cut signature", 401, { headers: { "x-hub-signature-256": signatureOf('{"sha":"x"}').slice(0, -2) } }],
  ["no event", 400, { headers: { "x-github-event": undefined } }],
  ["no delivery", 400, { headers: { "x-github-delivery": undefined } }],
  ["a strange delivery", 400, { guid: "../../x" }],
  ["a form", 400, { headers: { "content-type": "application/x-www-form-urlencoded" } }],
  ["no JSON", 400, { body: "{" }],
  ["a JSON list", 400, { body: "[]" }],
  ["a GET", 405, { method: "GET" }],
  ["too much", 413, { body: JSON.stringify({ sha: "x".repeat(100_000) }) }],
])("%s is answered with %i and leaves nothing", async (_title, status, hook) => {
  const guid = randomUUID();

  expect(await send(port, { guid, ...hook })).toMatchObject({ status });
  expect(await jobsFor(guid)).toEqual([]);
});

test.each([
  [
    "the secret before a rotation",
    { headers: { "x-hub-signature-256": signatureOf('{"sha":"x"}', "the one before") } },
  ],
  ["the second path", { path: "/github/webhook" }],
  ["the address that the setup page registers", { path: "/" }],
])("%s is taken as well", async (_title, hook) => {
  expect(await send(port, hook)).toMatchObject({ status: 202 });
});

test("an empty secret signs nothing", async () => {
  const open = await start({ secrets: [""] });

  expect(
    await send(open, { headers: { "x-hub-signature-256": signatureOf('{"sha":"x"}', "") } }),
  ).toMatchObject({
    status: 401,
  });
});

test.each([
  ["an event of no interest", { event: "star", body: '{"action":"created"}' }],
  ["an action of no interest", { event: "issue_comment", body: '{"action":"edited"}' }],
  ["a ping", { event: "ping", body: '{"zen":"x"}' }],
])("%s is acknowledged and forgotten", async (_title, hook) => {
  const guid = randomUUID();

  expect(await send(port, { guid, ...hook })).toMatchObject({ status: 200 });
  expect(await jobsFor(guid)).toEqual([]);
});

test("all of GitHub's example payloads are taken or acknowledged", async () => {
  const examples: { name: string; examples: { action?: string }[] }[] = createRequire(import.meta.url)(
    "@octokit/webhooks-examples/api.github.com/index.json",
  );
  const all = examples.flatMap(({ name, examples: each }) => each.map((payload) => ({ name, payload })));

  const answers = await Promise.all(
    all.map(({ name, payload }) => send(port, { event: name, body: JSON.stringify(payload) })),
  );

  const expected = all.map(({ name, payload }) =>
    handledEvent(name, payload.action ?? null) === null ? 200 : 202,
  );
  expect(answers.map(({ status }) => status)).toEqual(expected);
});

test("a body that is larger than it may be is cut off while it streams, without being kept", async () => {
  const before = process.memoryUsage().rss;
  const mebibyte = Buffer.alloc(1024 * 1024);

  const answer = await dribble(port, { pieces: Array.from({ length: 200 }, () => mebibyte) });

  expect([413, "cut off"]).toContain(answer);
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
});

test("a body that is announced too large is not even read", async () => {
  expect(await dribble(port, { pieces: [], headers: { "content-length": "999999999" } })).toBe(413);
});

test("who sends too slowly is cut off", async () => {
  const hasty = await start({ bodyTimeoutMs: 150 });
  async function* drops(): AsyncGenerator<Buffer> {
    for (let count = 0; count < 100; count++) {
      yield Buffer.from(" ");
      await wait(20);
    }
  }
  const started = performance.now();

  expect([408, "cut off"]).toContain(await dribble(hasty, { pieces: drops() }));
  expect(performance.now() - started).toBeLessThan(1_500);
});

test("who never ends the request's head is cut off", async () => {
  const hasty = await start({ bodyTimeoutMs: 150 });
  const socket = connect(hasty, "127.0.0.1", () => socket.write("POST / HTTP/1.1\r\nhost: x\r\n"));
  const started = performance.now();

  await new Promise((resolve) => socket.once("close", resolve).resume());

  expect(performance.now() - started).toBeLessThan(1_500);
});

test("a database that does not answer gives 503 in time, and the delivery can come again", async () => {
  const stuck = await databases.open("sqlite");
  const hurried = await start({ world: worldOn(stuck), storeTimeoutMs: 200 });
  const guid = randomUUID();
  let free: () => void = () => undefined;
  const blocked = stuck.transaction(() => new Promise<void>((resolve) => (free = resolve)));

  const answer = await send(hurried, { guid });
  const ready = await fetch(`http://127.0.0.1:${hurried}/healthz`);
  free();
  await blocked;

  expect(answer.status).toBe(503);
  expect(ready.status).toBe(200);
  expect([200, 202]).toContain((await send(hurried, { guid })).status);
});

test("one delivery that cannot be stored does not take the others with it", async () => {
  const strict = await databases.open("sqlite");
  await strict.knex.raw(
    "create trigger refuse before insert on inbox when new.guid = 'bad' begin select raise(abort, 'no'); end",
  );
  const picky = await start({ world: worldOn(strict) });

  const guids = ["a", "b", "bad", "c"];
  const answers = await Promise.all(guids.map((guid) => send(picky, { guid })));

  expect(answers.map(({ status }) => status)).toEqual([202, 202, 503, 202]);
});

test("the pages beside the webhooks answer", async () => {
  const page = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;

  expect(await page("/healthz")).toBe(200);
  expect(await page("/readyz")).toBe(200);
  expect(await page("/ping")).toBe(200);
  expect(await page("/nowhere")).toBe(404);
  expect(await page("/")).toBe(404);
});

test("it is not ready when the database is gone", async () => {
  const gone = await databases.open("sqlite");
  const lonely = await start({ world: worldOn(gone) });
  await gone.knex.schema.dropTable("migrations");

  expect((await fetch(`http://127.0.0.1:${lonely}/readyz`)).status).toBe(503);
});

test("a hundred deliveries that arrive together are all taken in", async () => {
  const body = JSON.stringify({ sha: "x", filler: "y".repeat(12_000) });

  const answers = await Promise.all(Array.from({ length: 100 }, () => send(port, { body })));

  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
});
