import { expect, test } from "@jest/globals";
import type { Actor } from "../../src/actions/actor.ts";
import { perform } from "../../src/actions/perform.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import type { Role } from "../../src/core/role.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

test.each<[Role, number]>([
  ["read", 0],
  ["triage", 1],
])("where the requester has the role %s a model is asked %i times", async (role, times) => {
  const database = await databases.open("sqlite");
  const run = runIn("NEEDS_HUMAN", { id: "run_mine" });
  await insertRun(database, database.knex, { ...run, request: { ...run.request, author: "mallory" } });
  let asked = 0;
  const explainer = {
    known: async () => null,
    ask: async () => {
      asked += 1;
      return { why: "it is busy" };
    },
  };
  const mallory: Actor = { via: "github", login: "mallory", role, repositoryId: 7, cause: "c" };
  const context = {
    ...{ world: testWorld(database), github: null, policyFor: () => DEFAULT_POLICY, explainer },
    ...{ promptFault: () => null, defaults: { promptVersion: "v1", autokick: true } },
  };

  const reply = await perform(context, mallory, "explain", { run: "run_mine" });

  expect(reply).toMatchObject({ ok: true });
  expect(asked).toBe(times);
});
