import { beforeAll, expect, test } from "@jest/globals";
import type { ActionContext } from "../../src/actions/action.ts";
import type { Actor } from "../../src/actions/actor.ts";
import { perform } from "../../src/actions/perform.ts";
import type { Event } from "../../src/core/event.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import type { Database } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { readJournal } from "../../src/database/journal.ts";
import { findRun, insertRun } from "../../src/database/runs.ts";
import { advance } from "../../src/engine/advance.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { feedback } from "../core/sample-events.ts";
import { runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
let database: Database;
let context: ActionContext;
beforeAll(async () => {
  database = await databases.open("sqlite");
  context = {
    world: testWorld(database),
    github: null,
    policyFor: () => ({ ...DEFAULT_POLICY, feedback_wait_minutes: 60 }),
    promptFault: () => null,
    defaults: { promptVersion: "v1", autokick: true },
  };
});

let count = 0;
const ada = (): Actor => ({ via: "cli", user: "ada", cause: `said ${++count}` });
const comment = (id: number, path: string) => ({ id, path, line: 3, body: "Why so?" });
const SAID = { ...feedback(7, ""), comments: [comment(70, "src/a.ts")] };

/** A run whose pull request has just been reviewed. */
async function reviewed(id: string, ...said: Event[]): Promise<string> {
  await insertRun(database, database.knex, runIn("REVIEW_WAIT", { id }));
  for (const event of [{ type: "feedback.received" as const, feedback: SAID }, ...said])
    await advance(context.world, { runId: id, event, cause: `github ${++count}` });
  return id;
}

const state = async (id: string): Promise<Run["state"] | undefined> =>
  (await findRun(database.knex, id))?.state;
const jobs = (id: string, kind: string) => listJobs(database.knex, { run_id: id, kind });

test("a person's answer ends the iteration, and is posted by one job in the conversation that it is about", async () => {
  const run = await reviewed("run_answered");
  const actor = ada();

  const reply = await perform(context, actor, "answer", { run, text: "It has to be so." });
  await perform(context, actor, "answer", { run, text: "It has to be so." });

  expect(reply).toMatchObject({ ok: true });
  expect(await findRun(database.knex, run)).toMatchObject({ state: "CI_WAIT", answered: [7] });
  expect(await jobs(run, "answer_review")).toMatchObject([
    { payload: { said: { text: "It has to be so.", to: ["mia"], thread: 70 } } },
  ]);
});

test("more than one thing was said: the answer stands on the pull request", async () => {
  const two = { ...feedback(8, ""), comments: [comment(80, "src/b.ts")] };
  const run = await reviewed("run_two", { type: "feedback.received", feedback: two });

  await perform(context, ada(), "answer", { run, text: "Both have to be so." });

  expect(await jobs(run, "answer_review")).toMatchObject([{ payload: { said: { thread: null } } }]);
  expect((await findRun(database.knex, run))?.answered).toEqual([7, 8]);
});

test("nobody is answered whom Codex is just answering, nor where nobody has said anything", async () => {
  const run = await reviewed("run_busy");
  await enqueue(context.world, database.knex, {
    ...{ kind: "attempt", runId: run, payload: {}, key: "attempt:busy", once: "ever" },
  });
  await insertRun(database, database.knex, runIn("CI_WAIT", { id: "run_quiet" }));

  expect(await perform(context, ada(), "answer", { run, text: "No." })).toMatchObject({
    text: expect.stringContaining("pause it first"),
  });
  expect(await perform(context, ada(), "answer", { run: "run_quiet", text: "No." })).toMatchObject({
    text: expect.stringContaining("no reviewer waits"),
  });
  expect(await jobs(run, "answer_review")).toEqual([]);
});

test("resuming a run that asks what is to be done lets the manager go on at once", async () => {
  const run = await reviewed("run_agreed");
  await database.knex("jobs").where({ run_id: run }).del();

  expect(await perform(context, ada(), "resume", { run })).toMatchObject({ ok: true });

  expect((await readJournal(database.knex, run)).at(-1)?.event).toEqual({
    type: "human.agreed",
    by: "ada (command line)",
  });
  expect(await jobs(run, "decide")).toHaveLength(1);
  expect(await perform(context, ada(), "resume", { run })).toMatchObject({ ok: false });
});

test("a run that was left to a person and is answered goes back to its checks, not to an attempt about nothing", async () => {
  const run = await reviewed("run_left");
  await perform(context, ada(), "pause", { run, reason: "left to a person" });
  await perform(context, ada(), "answer", { run, text: "Mine." });
  expect(await state(run)).toBe("PAUSED");

  await perform(context, ada(), "resume", { run });

  expect(await state(run)).toBe("CI_WAIT");
});
