import { expect, test } from "@jest/globals";
import type { Actor } from "../../src/actions/actor.ts";
import { perform } from "../../src/actions/perform.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { insertApproval, stepApproval } from "../../src/database/approvals.ts";
import { insertAttempt } from "../../src/database/attempts.ts";
import { insertChange } from "../../src/database/changes.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { readJournal } from "../../src/database/journal.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleChange } from "../core/sample-report.ts";
import { HEAD, runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const RUN = "run_late";
const ADA: Actor = { via: "cli", user: "ada", cause: "ada said" };

async function requested(database: Database): Promise<void> {
  const { knex } = database;
  await insertRun(database, knex, runIn("PUSHED", { id: RUN }));
  const job = { runId: RUN, payload: {}, once: "ever", mac: null, kind: "attempt", key: "a" } as const;
  await insertJob(database, knex, job);
  const attempt = { id: "att_1", runId: RUN, number: 1, jobId: 1, claimId: 1, runner: "box" };
  await insertAttempt(database, knex, attempt);
  const change = { ...sampleChange(), runId: RUN, attemptId: "att_1" };
  await insertChange(database, knex, change, Buffer.from("bundle"));
  const approval = {
    ...{ id: "apr_1", runId: RUN, changeId: change.id, sha: HEAD, baseBranch: "main", baseSha: HEAD },
    ...{ title: "t", body: "b", draft: false, status: "requested" as const, codeHash: null, guesses: 0 },
    ...{ requestedBy: "ada", requestedAs: null, confirmedBy: null, mac: null, bypass: null, shown: null },
  };
  await insertApproval(database, knex, approval, 600_000);
}

/** Somebody else is quicker by an instant: what they do is done just before the next transaction. */
function overtaken(database: Database, first: () => Promise<unknown>): Database {
  return {
    ...database,
    transaction: async (work) => {
      await first();
      return database.transaction(work);
    },
  };
}

function ask(database: Database, action: string) {
  return perform(
    {
      ...{ world: testWorld(database), github: null, policyFor: () => DEFAULT_POLICY },
      ...{ promptFault: () => null, defaults: { promptVersion: "v1", autokick: true } },
    },
    ADA,
    action,
    { run: RUN },
  );
}

test("whoever takes a request back just after it was confirmed is not told that nothing is opened", async () => {
  const database = await databases.open("sqlite");
  await requested(database);
  const confirm = () => stepApproval(database.knex, { id: "apr_1", from: "requested", to: "confirmed" });

  const late = await ask(overtaken(database, confirm), "withdraw_pr");

  expect(late).toMatchObject({ ok: false, text: expect.stringContaining("somebody else dealt with") });
  expect(await readJournal(database.knex, RUN)).toEqual([]);
});

test("whoever turns a change down just after its pull request was opened is told where the run is", async () => {
  const database = await databases.open("sqlite");
  await requested(database);
  const open = () => database.knex("runs").where({ id: RUN }).update({ state: "CI_WAIT", pr_number: 7 });

  const late = await ask(overtaken(database, open), "reject_pr");

  expect(late).toMatchObject({ ok: false, text: "Nothing to reject: the run is CI_WAIT." });
  expect(await readJournal(database.knex, RUN)).toEqual([]);
});
