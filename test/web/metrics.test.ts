import { expect, test } from "@jest/globals";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import { addToMark } from "../../src/database/marks.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { insertRun } from "../../src/database/runs.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { startPagesServer } from "../../src/github/app/pages-server.ts";
import { createMetrics } from "../../src/web/metrics.ts";
import { metricsPage } from "../../src/web/metrics-page.ts";
import { sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const TOKEN = "a-token-of-enough-letters";

test.each(DIALECTS)("on %s the metrics say what the database holds", async (dialect) => {
  const database = await databases.open(dialect);
  const world = testWorld(database);
  const metrics = createMetrics(database);
  await metrics.text();
  await database.transaction(async (trx) => {
    for (const id of ["run_1", "run_2"]) await insertRun(database, trx, { ...runIn("EXECUTING"), id });
    const attempt = { id: "a_1", runId: "run_1", number: 1, jobId: 1, claimId: 1, runner: "r" };
    await insertAttempt(database, trx, attempt);
    const stages = [{ name: "codex", ms: 4_000 }];
    await finishAttempt(database, trx, "a_1", { ...sampleReport({ runId: "run_1" }), stages });
    await enqueue(world, trx, { kind: "patrol", runId: null, payload: {}, key: "patrol", once: "queued" });
    const runner = { id: "r", name: "build-one", version: "1", capacity: 3, approved: true };
    await saveRunner(database, trx, runner);
    await addToMark(trx, "leases_lost", 2);
    await addToMark(trx, "leases_lost", 3);
  });
  metrics.countWebhook(202);
  metrics.countGitHub({ account: "installation", status: 200, remaining: 4_321 });
  await metrics.text();
  const text = await metrics.text();
  metrics.close();

  for (const line of [
    'agentpr_runs{state="EXECUTING"} 2',
    'agentpr_runs{state="DONE"} 0',
    'agentpr_jobs{lane="app",status="queued"} 1',
    'agentpr_attempts{status="finished",grade="PASS",reason="runtime_success"} 1',
    'agentpr_stage_duration_seconds_bucket{le="5",stage="codex"} 1',
    "agentpr_attempt_duration_seconds_count 1",
    "agentpr_leases_lost 5",
    'agentpr_runner_capacity{runner="build-one"} 3',
    'agentpr_webhooks_total{status="202"} 1',
    'agentpr_github_requests_total{account="installation",status="200"} 1',
    'agentpr_github_remaining{account="installation"} 4321',
  ])
    expect(text).toContain(line);
});

test("metrics are read with the token, and are not there without one", async () => {
  const database = await databases.open("sqlite");
  const metrics = createMetrics(database);
  const ask = async (token: string | null, authorization?: string) => {
    const pages = [metricsPage(metrics, token)];
    const server = await startPagesServer({ database, host: "127.0.0.1", port: 0, pages });
    const headers = authorization === undefined ? {} : { authorization };
    const { status } = await fetch(`http://127.0.0.1:${server.port}/metrics`, { headers });
    await server.close();
    return status;
  };

  expect(await ask(null, `Bearer ${TOKEN}`)).toBe(404);
  expect(await ask(TOKEN)).toBe(401);
  expect(await ask(TOKEN, "Bearer guess")).toBe(401);
  expect(await ask(TOKEN, `Bearer ${TOKEN}`)).toBe(200);
  metrics.close();
});

test("what has to hold beside the database is asked before the app says that it is ready", async () => {
  const database = await databases.open("sqlite");
  let why: string | null = "the queue stands still";
  const server = await startPagesServer({
    ...{ database, host: "127.0.0.1", port: 0 },
    ready: [() => Promise.resolve(why)],
  });
  const ask = async () => (await fetch(`http://127.0.0.1:${server.port}/readyz`)).json();

  expect(await ask()).toEqual({ ok: false, why });
  why = null;
  expect(await ask()).toEqual({ ok: true });
  await server.close();
});
