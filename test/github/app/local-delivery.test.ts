import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import pino from "pino";
import type { Intake } from "../../../src/core/github-intake.ts";
import { findWaitingDelivery } from "../../../src/database/inbox.ts";
import { listJobs } from "../../../src/database/job-queries.ts";
import { createBell } from "../../../src/engine/wake/wake.ts";
import type { World } from "../../../src/engine/world.ts";
import { type RunningServer, startAppServer } from "../../../src/github/app/server.ts";
import { readDelivery } from "../../../src/github/facts/read-delivery.ts";
import { testDatabases } from "../../support/databases.ts";
import { until, valueAt } from "../../support/openapi-local-github.ts";
import { type Installed, installed } from "../port/installed.ts";

jest.setTimeout(60_000);

const databases = testDatabases();
let world: World;
let at: Installed;
let server: RunningServer;

beforeAll(async () => {
  const { ring, rings, next } = createBell();
  world = {
    database: await databases.open("sqlite"),
    key: { secret: randomBytes(32) },
    wake: { announce: async () => undefined, poke: ring, rings, next, close: async () => undefined },
    log: pino({ level: "silent" }),
    newId: randomUUID,
    random: Math.random,
  };
  at = await installed({ ci: { enabled: false } });
  const { app, webhookSecret } = { app: at.options, webhookSecret: at.hub.github.app.webhookSecret };
  server = await startAppServer({ world, app, secrets: [webhookSecret], port: 0, host: "127.0.0.1" });
  at.hub.github.deliverTo(`http://127.0.0.1:${server.port}/api/github/webhooks`);
});

afterAll(async () => {
  await at.hub.stop();
  await server.close();
});

/** What the app has taken in so far, in its own words. */
async function news(): Promise<Intake[]> {
  const jobs = await listJobs(world.database.knex, { kind: "receive" });
  const deliveries = await Promise.all(
    jobs.map((job) => findWaitingDelivery(world.database.knex, String(job.payload.guid))),
  );
  const own = { appId: at.options.appId, bots: [] };
  return deliveries.flatMap((delivery) => (delivery === null ? [] : [readDelivery(delivery, own)]));
}

function hear<K extends Intake["kind"]>(kind: K): Promise<Extract<Intake, { kind: K }>> {
  const fits = (intake: Intake): intake is Extract<Intake, { kind: K }> => intake.kind === kind;
  return until(async () => (await news()).find(fits), kind);
}

test("what people do on GitHub arrives in our own words, and our own deeds do not", async () => {
  const { body } = await at.owner("POST /repos/octo/hello/issues", { title: "Add X", body: "please" });
  const issue = Number(valueAt(body, "number"));
  await at.owner(`POST /repos/octo/hello/issues/${issue}/comments`, { body: "Let us try.\n\n/agentpr run" });

  expect(await hear("command")).toMatchObject({
    repository: at.target,
    issue,
    author: { login: "octo", type: "User" },
    commands: [{ name: "run" }],
    title: "Add X",
    issueBody: "please",
  });

  const sha = await at.push("agentpr/x", { "a.txt": "a\n" });
  await at.port.putComment(at.target, {
    issue,
    marker: "<!-- m -->",
    body: "/agentpr run\n<!-- m -->",
    knownId: null,
  });
  const action = { label: "Request PR", description: "Ask for it", identifier: "request_pr" };
  const done = { status: "completed", conclusion: "neutral" } as const;
  const shown = {
    key: sha,
    annotations: [],
    name: "agentpr",
    sha,
    title: "t",
    summary: "s",
    actions: [action],
    ...done,
  };
  const checkRunId = await at.port.putCheckRun(at.target, shown, { knownId: null });
  at.hub.github.clickCheckAction({
    owner: "octo",
    repo: "hello",
    checkRunId,
    identifier: "request_pr",
    by: "octo",
  });

  expect(await hear("button")).toMatchObject({
    checkRunId,
    sha,
    identifier: "request_pr",
    by: { login: "octo" },
  });

  await at.owner(`POST /repos/octo/hello/statuses/${sha}`, { state: "success", context: "lint" });

  expect(await hear("checks")).toMatchObject({ repository: at.target, sha });
  expect((await news()).filter(({ kind }) => kind === "command")).toHaveLength(1);
});
