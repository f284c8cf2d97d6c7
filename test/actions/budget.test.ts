import { expect, test } from "@jest/globals";
import { perform } from "../../src/actions/perform.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/core/policy.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

async function ask(policy: Partial<Policy>) {
  const database = await databases.open("sqlite");
  const run = runIn("EXECUTING", { failedInRow: 2, iterations: 1 });
  await insertRun(database, database.knex, run);
  const policyFor = () => ({ ...DEFAULT_POLICY, ...policy });
  const defaults = { promptVersion: "v1", autokick: true };
  const context = { world: testWorld(database), github: null, policyFor, promptFault: () => null, defaults };
  const reply = await perform(context, { via: "cli", user: "ops", cause: "test" }, "budget", { run: run.id });
  return reply.ok ? Object.fromEntries(reply.facts ?? []) : reply.text;
}

test("a run's budget is what it may still try, spend and change", async () => {
  expect(await ask({ max_retryable_attempts: 3, max_iterations: 5 })).toMatchObject({
    "attempts in a row": "1 of 3",
    iterations: "4 of 5",
    "a change may touch": `${DEFAULT_POLICY.max_changed_files} files`,
  });
});

test("where there is no limit, what was used is said", async () => {
  expect(await ask({ max_retryable_attempts: 0, max_added_lines: 0 })).toMatchObject({
    "attempts in a row": "2 used, no limit",
    "and add": "no limit",
  });
});
