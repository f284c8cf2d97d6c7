import { expect, test } from "@jest/globals";
import { claimExactly, findOpenJob, rewriteJob } from "../../src/database/claim-exactly.ts";
import { findJob } from "../../src/database/job-queries.ts";
import { claimJob, insertJob } from "../../src/database/jobs.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();
const RUN = runIn("EXECUTING");
const ME = { worker: "me", leaseMs: 30_000 };

async function place(dialect: (typeof DIALECTS)[number]) {
  const database = await databases.open(dialect);
  const { knex } = database;
  await insertRun(database, knex, RUN);
  const ask = async (key: string) => {
    const request = { kind: "attempt", runId: RUN.id, payload: { key }, key } as const;
    await insertJob(database, knex, { ...request, once: "ever", mac: null });
    return (await findOpenJob(knex, RUN.id, "attempt"))?.id ?? 0;
  };
  const runnerClaims = () => claimJob(database, { lane: "runner", ...ME, worker: "other", repositoryCap: 9 });
  return { database, knex, ask, runnerClaims };
}

test.each(DIALECTS)("on %s the very job that is named is held, and by one only", async (dialect) => {
  const { database, knex, ask, runnerClaims } = await place(dialect);
  const id = await ask("first");

  const both = await Promise.all([1, 2].map(() => claimExactly(database, knex, { id, ...ME })));

  expect(both.filter((job) => job !== null)).toMatchObject([{ id, worker: "me", claimId: 1, tries: 1 }]);
  expect(await runnerClaims()).toBeNull();
});

test.each(DIALECTS)("on %s a job is not held beside another of its run", async (dialect) => {
  const { database, knex, ask, runnerClaims } = await place(dialect);
  await ask("first");
  expect(await runnerClaims()).not.toBeNull();
  const second = await ask("second");

  expect(await claimExactly(database, knex, { id: second, ...ME })).toBeNull();
});

test.each(DIALECTS)("on %s only who holds a job writes it anew", async (dialect) => {
  const { database, knex, ask } = await place(dialect);
  const id = await ask("first");
  await rewriteJob(knex, { jobId: id, claimId: 0 }, { payload: { key: "stolen" }, mac: "x" });
  expect(await findJob(knex, id)).toMatchObject({ payload: { key: "first" }, mac: null });
  await claimExactly(database, knex, { id, ...ME });
  await rewriteJob(knex, { jobId: id, claimId: 1 }, { payload: { key: "mine" }, mac: "y" });

  expect(await findJob(knex, id)).toMatchObject({ payload: { key: "mine" }, mac: "y", status: "leased" });
});
