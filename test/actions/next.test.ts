import { expect, test } from "@jest/globals";
import type { Actor } from "../../src/actions/actor.ts";
import { perform } from "../../src/actions/perform.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { insertApproval } from "../../src/database/approvals.ts";
import { insertAttempt } from "../../src/database/attempts.ts";
import { insertChange } from "../../src/database/changes.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleChange } from "../core/sample-report.ts";
import { HEAD, runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const ELSEWHERE = { repositoryId: 8, repo: "gadget" };
const RUNS: readonly Run[] = [
  runIn("PUSHED", { id: "run_asked" }),
  runIn("PUSHED", { id: "run_ready" }),
  runIn("NEEDS_HUMAN", { id: "run_question", reason: "tests_weakened", ...ELSEWHERE }),
  runIn("PAUSED", { id: "run_paused", reason: "archived" }),
  runIn("QUEUED", { id: "run_held", reason: "held until someone resumes it" }),
  runIn("QUEUED", { id: "run_new" }),
  runIn("EXECUTING", { id: "run_parked" }),
  runIn("CI_WAIT", { id: "run_checks" }),
  runIn("REVIEW_WAIT", { id: "run_review" }),
  runIn("DONE", { id: "run_done" }),
];

async function seed(database: Database): Promise<void> {
  const { knex } = database;
  for (const run of RUNS) await insertRun(database, knex, run);
  await knex("runs").where({ id: "run_checks" }).update({ state_since: 1 });
  const job = { runId: "run_parked", payload: {}, once: "ever", mac: null } as const;
  await insertJob(database, knex, { ...job, kind: "decide", key: "parked", delayMs: 3_600_000 });
  await insertJob(database, knex, { ...job, kind: "sync", runId: "run_review", key: "dead" });
  await knex("jobs").where({ key: "dead" }).update({ status: "dead", last_error: "502" });
  const row = { id: "att_1", runId: "run_asked", number: 1, jobId: 1, claimId: 1, runner: "box" };
  await insertAttempt(database, knex, row);
  const change = { ...sampleChange(), runId: "run_asked", attemptId: "att_1" };
  await insertChange(database, knex, change, Buffer.from("bundle"));
  const approval = {
    ...{
      status: "requested" as const,
      id: "apr_1",
      runId: "run_asked",
      changeId: sampleChange().id,
      sha: HEAD,
      baseBranch: "main",
    },
    ...{
      baseSha: HEAD,
      title: "t",
      body: "b",
      draft: false,
      codeHash: null,
      guesses: 0,
    },
    ...{ requestedBy: "ada", requestedAs: null, confirmedBy: null, mac: null, bypass: null, shown: null },
  } as const;
  await insertApproval(database, knex, approval, 600_000);
  await saveRunner(database, knex, { id: "r1", name: "box", version: "1", capacity: 1, approved: false });
}

function ask(database: Database, actor: Actor, action = "next", input = {}) {
  const defaults = { promptVersion: "v1", autokick: true };
  const policyFor = () => DEFAULT_POLICY;
  const context = { world: testWorld(database), github: null, policyFor, promptFault: () => null, defaults };
  return perform(context, actor, action, input);
}

const HERE = { via: "github", login: "ada", role: "write", repositoryId: 7, cause: "c" } as const;

test.each(DIALECTS)("on %s the queue holds whatever wants somebody, and nothing else", async (dialect) => {
  const database = await databases.open(dialect);
  await seed(database);

  const all = await ask(database, { via: "cli", user: "ops", cause: "c" });
  const here = await ask(database, HERE);
  const listed = await ask(database, HERE, "list");

  expect(all).toMatchObject({ ok: true, text: "9 things want somebody:" });
  expect(kinds(all)).toEqual([
    "run_asked approval",
    "run_question question",
    "run_review set_aside",
    "null runner",
    "run_checks checks",
    "run_ready ready",
    "run_held held",
    "run_paused paused",
    "run_parked parked",
  ]);
  expect(kinds(here)).not.toEqual(expect.arrayContaining(["run_question question", "null runner"]));
  expect(here).toMatchObject({
    facts: expect.arrayContaining([["run_held", expect.stringContaining("/agentpr resume run=run_held")]]),
  });
  expect(kinds(listed)).toEqual(kinds(here).slice(0, 5));
});

test("on GitHub the list is as long as asked for, however many newer runs other repositories have", async () => {
  const database = await databases.open("sqlite");
  await seed(database);

  const { data } = (await ask(database, { ...HERE, repositoryId: 8 }, "list", { limit: 2 })) as {
    data: { runs: Run[] };
  };

  expect(data.runs.map(({ id }) => id)).toEqual(["run_question"]);
});

function kinds(reply: Awaited<ReturnType<typeof ask>>): string[] {
  const { data } = reply as { data: { needs: { runId: string | null; kind: string }[] } };
  return data.needs.map(({ runId, kind }) => `${runId} ${kind}`);
}
