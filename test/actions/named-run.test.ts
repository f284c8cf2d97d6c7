import { expect, test } from "@jest/globals";
import { resolveRun } from "../../src/actions/named-run.ts";
import type { Run } from "../../src/core/run.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();
const WIDGET = { owner: "Octo", repo: "Widget" };
const RUNS: readonly Run[] = [
  runIn("DONE", { ...WIDGET, id: "run_aa11", repositoryId: 1, prNumber: 7 }),
  runIn("EXECUTING", { ...WIDGET, id: "run_aa22", repositoryId: 1 }),
  runIn("EXECUTING", { owner: "octo", repo: "gadget", id: "run_bb33", repositoryId: 2 }),
  runIn("PAUSED", { owner: "octo", repo: "gadget", id: "run_b", repositoryId: 2 }),
];

test.each(DIALECTS)("on %s a run is found by whatever names it alone", async (dialect) => {
  const database = await databases.open(dialect);
  for (const run of RUNS) await insertRun(database, database.knex, run);
  const idOf = async (name: string, mayKnow?: (run: Run) => boolean) => {
    const chosen = await resolveRun(database.knex, name, mayKnow);
    return chosen.kind === "found" ? chosen.run.id : chosen.kind;
  };

  expect(await idOf("run_aa11")).toBe("run_aa11");
  expect(await idOf("run_aa2")).toBe("run_aa22");
  expect(await idOf("bb")).toBe("run_bb33");
  expect(await idOf("run_b")).toBe("run_b");
  expect(await idOf("run_aa")).toBe("several");
  expect(await idOf("octo/WIDGET")).toBe("run_aa22");
  expect(await idOf("octo/widget#7")).toBe("run_aa11");
  expect(await idOf("octo/gadget")).toBe("several");
  expect(await idOf("octo/gadget#1")).toBe("none");
  expect(await idOf("run_%")).toBe("none");
  expect(await idOf("run_aa", ({ state }) => state === "DONE")).toBe("run_aa11");
  expect(await idOf("run_aa11", () => false)).toBe("none");
});

test("a repository's only open run is meant, however many newer ones are over", async () => {
  const database = await databases.open("sqlite");
  const add = (run: Run) => insertRun(database, database.knex, run);
  await add(runIn("PAUSED", { ...WIDGET, id: "run_old" }));
  await database.knex("runs").update({ created_at: 1 });
  for (let at = 0; at < 25; at += 1) await add(runIn("DONE", { ...WIDGET, id: `run_done${at}` }));

  const chosen = await resolveRun(database.knex, "octo/widget");

  expect(chosen).toMatchObject({ kind: "found", run: { id: "run_old" } });
});
