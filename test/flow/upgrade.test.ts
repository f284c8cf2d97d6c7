import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import type { Database } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { testDatabases } from "../support/databases.ts";
import { type Flow, greet, raiseFlow } from "../support/flow.ts";
import { approveByCode, ask, becomes } from "../support/flow-talk.ts";

const databases = testDatabases();
jest.setTimeout(120_000);
let flow: Flow;
let asOwner: Database;
let asRunner: Database;

beforeAll(async () => {
  const databaseUrl = await databases.fresh("postgres");
  asOwner = databases.connect(databaseUrl);
  flow = await raiseFlow({ databaseUrl, runnerUrl: restricted });
});
afterAll(() => flow?.stop());

/** As an operator does it. */
async function restricted(databaseUrl: string): Promise<string> {
  await asOwner.knex.raw(await readFile(join(PROJECT_ROOT, "deploy/postgres/roles.sql"), "utf8"));
  await asOwner.knex.raw("alter role agentpr_runner password 'only for tests'");
  const url = new URL(databaseUrl);
  Object.assign(url, { username: "agentpr_runner", password: encodeURIComponent("only for tests") });
  asRunner = databases.connect(url.href);
  return url.href;
}

test("a runner with the restricted role takes a run through to its pull request", async () => {
  const talk = await ask(flow);

  await talk.is("PUSHED");
  await approveByCode(flow, talk);

  expect((await talk.is("CI_WAIT")).prNumber).not.toBeNull();
});

test.each([
  ["move a run", "update runs set state = 'PUSHED'"],
  ["write what happened", "delete from journal"],
  ["read approvals", "select * from approvals"],
  ["read webhooks", "select payload from inbox"],
  ["accept a change", "update changes set accepted_mac = 'x'"],
  ["remove jobs", "delete from jobs"],
  ["approve itself", "update runners set approved = true"],
  ["make a table", "create table mine (id int)"],
])("that role cannot %s", async (_what, sql) => {
  await expect(asRunner.knex.raw(sql)).rejects.toThrow(/permission denied/);
});

test("that role cannot register a runner that is approved already", async () => {
  const runner = { id: "rogue", name: "rogue", version: "0", capacity: 1, approved: true };

  await expect(saveRunner(asRunner, asRunner.knex, runner)).rejects.toThrow(/row-level security/);
});

test("the app is replaced in mid-run, over a schema that has grown: the old runner goes on, and nothing is lost or done twice", async () => {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  flow.plan.now = (spec) => ({
    ...greet(spec),
    until: () => {
      begun.resolve();
      return goOn.promise;
    },
  });
  const talk = await ask(flow, "Greet the new version");
  await begun.promise;

  await flow.replaceApp(async () => {
    await grow(asOwner);
    goOn.resolve(); // the attempt ends while there is no app at all
    await becomes("the report waits", async () => {
      const waiting = await listJobs(asOwner.knex, { status: "queued", kind: "settle" });
      return waiting.length === 1;
    });
  });

  await talk.is("PUSHED");
  await approveByCode(flow, talk);
  await talk.is("CI_WAIT");
  const story = await talk.story();
  for (const once of ["run.started", "change.sealed", "pr.opened"])
    expect(story.filter((type) => type === once)).toHaveLength(1);
  const attempts = await asOwner.knex("attempts").where({ run_id: talk.id });
  expect(attempts).toMatchObject([{ status: "finished", number: 1 }]);
});

/** As the migrations of a newer version do first: they add, and take nothing away. */
async function grow({ knex }: Database): Promise<void> {
  for (const table of ["runs", "jobs", "attempts", "changes", "artifacts", "sessions", "runners"])
    await knex.schema.alterTable(table, (t) => void t.text("of_a_newer_version"));
  await knex.schema.createTable("newer", (t) => void t.text("id").primary());
}
