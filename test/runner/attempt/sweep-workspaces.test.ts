import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { sweepWorkspaces } from "../../../runner/attempt/sweep-workspaces.ts";
import { insertAttempt } from "../../../src/database/attempts.ts";
import { insertRun } from "../../../src/database/runs.ts";
import { runIn } from "../../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../../support/databases.ts";
import { temporaryFolder } from "../../support/git-repository.ts";
import { testWorld } from "../../support/world.ts";

const databases = testDatabases();

test.each(DIALECTS)("on %s workspaces go when their runs are over, and no others", async (dialect) => {
  using folder = temporaryFolder();
  const world = testWorld(await databases.open(dialect));
  const { database } = world;
  const states = {
    done: "DONE",
    failed: "FAILED",
    open: "EXECUTING",
    waiting: "PUSHED",
    stopping: "FAILED",
  } as const;
  await database.transaction(async (trx) => {
    for (const [id, state] of Object.entries(states))
      await insertRun(database, trx, runIn(state, { id, changeId: null }));
    const job = { jobId: 1, claimId: 1, runner: "box", number: 1 };
    await insertAttempt(database, trx, { ...job, id: "att_1", runId: "stopping" });
  });
  for (const id of [...Object.keys(states), "unknown"])
    mkdirSync(join(folder.path, "octo/widget", id, "tree"), { recursive: true });

  await sweepWorkspaces(world, folder.path);

  expect(readdirSync(join(folder.path, "octo/widget"))).toEqual(["open", "stopping", "unknown", "waiting"]);
});

test("a runner that has no folder for workspaces yet starts all the same", async () => {
  const world = testWorld(await databases.open("sqlite"));

  await expect(sweepWorkspaces(world, "/nowhere/at-all")).resolves.toBeUndefined();
});
