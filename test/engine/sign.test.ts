import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { JOB_KINDS, JOBS, type JobRequest } from "../../src/core/job.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { listNotices } from "../../src/database/notices.ts";
import { insertRun } from "../../src/database/runs.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { changeParts, isSigned, sign } from "../../src/engine/sign.ts";
import { type Handlers, startWorker } from "../../src/engine/worker.ts";
import type { World } from "../../src/engine/world.ts";
import { sampleChange } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { eventually, testWorld } from "../support/world.ts";

const databases = testDatabases();
const REQUEST: JobRequest = {
  kind: "publish",
  runId: "run_1",
  payload: { nested: { b: 1, a: [null, "✓"] }, gone: undefined },
  key: "publish:run_1:1",
  once: "ever",
};

async function prepared(): Promise<World> {
  const world = testWorld(await databases.open("sqlite"));
  for (const id of ["run_1", "run_2"])
    await insertRun(world.database, world.database.knex, runIn("PUSHED", { id }));
  await world.database.transaction((trx) => enqueue(world, trx, REQUEST));
  return world;
}

/** What became of the one job, and whether it was carried out. */
async function workedOff(world: World) {
  const ran: string[] = [];
  const handlers: Handlers = Object.fromEntries(
    JOB_KINDS.map((kind) => [
      kind,
      async () => {
        ran.push(kind);
        return { kind: "done" };
      },
    ]),
  );
  const worker = startWorker(world, {
    lane: "app",
    name: "w",
    slots: 1,
    pollMs: 50,
    repositoryCap: 1,
    handlers,
  });
  const status = await eventually("it has ended", async () => {
    const [job] = await listJobs(world.database.knex, {});
    return (job?.status === "done" || job?.status === "dead") && job.status;
  });
  await worker.drain();
  return { status, ran, alarms: (await listNotices(world.database.knex, null)).length };
}

test("what the app asked for is carried out, however its payload was stored", async () => {
  expect(await workedOff(await prepared())).toEqual({ status: "done", ran: ["publish"], alarms: 0 });
});

test.each<[string, object]>([
  ["another payload", { payload: '{"nested":{"b":2,"a":[null,"✓"]}}' }],
  ["the same payload in another order", { payload: '{"nested":{"a":[null,"✓"],"b":1}}' }],
  ["another run", { run_id: "run_2" }],
  ["no run", { run_id: null }],
  ["another kind", { kind: "open_pr" }],
  ["another key", { key: "publish:run_1:2" }],
  ["no signature", { mac: null }],
  ["an empty signature", { mac: "" }],
  ["a signature that is none", { mac: "zz".repeat(32) }],
  ["half of its signature", { mac: "ab".repeat(16) }],
  ["a signature of another key", { mac: sign({ secret: randomBytes(32) }, "job", ["publish", "run_1"]) }],
])("a job with %s is a dead letter with an alarm, and is not carried out", async (_title, change) => {
  const world = await prepared();
  await world.database.knex("jobs").update(change);
  const told = await workedOff(world);

  expect({ ...told, alarms: 0 }).toEqual({ status: "dead", ran: [], alarms: 0 });
  expect(await world.database.knex("notices")).toMatchObject([
    { priority: "urgent", text: expect.stringContaining("does not carry the app's signature") },
  ]);
});

test("a signature for one purpose is none for another", () => {
  const key = { secret: randomBytes(32) };
  const mac = sign(key, "change", changeParts(sampleChange()));

  expect(isSigned(key, "change", changeParts(sampleChange()), mac)).toBe(true);
  expect(isSigned(key, "approval", changeParts(sampleChange()), mac)).toBe(false);
});

test.each(["id", "runId", "attemptId", "baseSha", "parentSha", "treeSha", "sha", "diffHash"] as const)(
  "an accepted change whose %s was changed is accepted no more",
  (field) => {
    const key = { secret: randomBytes(32) };
    const mac = sign(key, "change", changeParts(sampleChange()));

    expect(isSigned(key, "change", changeParts(sampleChange({ [field]: "x" })), mac)).toBe(false);
  },
);

test("whatever acts on GitHub, or tells a runner to, must be signed", () => {
  const signed = JOB_KINDS.filter((kind) => JOBS[kind].signed);

  expect(signed).toEqual(
    expect.arrayContaining(["decide", "publish", "open_pr", "sync", "report", "reply", "attempt"]),
  );
});
