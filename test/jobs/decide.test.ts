import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import { AttemptSpec } from "../../src/core/packet.ts";
import type { Database } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { readJournal } from "../../src/database/journal.ts";
import { listCalls } from "../../src/database/manager-calls.ts";
import { listNotices } from "../../src/database/notices.ts";
import { findRun } from "../../src/database/runs.ts";
import { readBooks } from "../../src/database/spending-books.ts";
import { advance } from "../../src/engine/advance.ts";
import { RULES_ALONE, type SharedContext } from "../../src/jobs/context.ts";
import { type Tick, tick } from "../../src/jobs/manage.ts";
import { feedback, SAMPLES } from "../core/sample-events.ts";
import { runWithPr } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { contextOn, modelThat, withRun } from "./managed.ts";

const databases = testDatabases();
const GOOD = { retry: true, where: "go_on", modified_instructions: "Mind the zone.", reason: "a wrong zone" };

function ticked(context: SharedContext, more: object = {}): Promise<Tick> {
  const signal = new AbortController().signal;
  return tick(context, { runId: "run_1", limit: 10, maxActions: 1, dryRun: false, signal, ...more });
}

/** An attempt was asked for and failed for its work. */
async function failedOnce(context: SharedContext): Promise<void> {
  const events: Event[] = [
    SAMPLES["attempt.requested"],
    { ...SAMPLES["attempt.finished"], grade: "RETRYABLE", reason: "new_test_failures" },
  ];
  for (const [at, event] of events.entries())
    await advance(context.world, { runId: "run_1", event, cause: `given:${at}` });
}

async function decisions({ knex }: Database) {
  const entries = await readJournal(knex, "run_1", { types: ["manager.decided"] });
  return entries.flatMap(({ event }) => (event.type === "manager.decided" ? [event] : []));
}

async function ordered({ knex }: Database): Promise<AttemptSpec[]> {
  return (await listJobs(knex, { run_id: "run_1", kind: "attempt" })).map(({ payload }) =>
    AttemptSpec.parse(payload),
  );
}

test.each(DIALECTS)(
  "on %s a diagnosis is asked for once, reaches the next attempt, and is paid for",
  async (dialect) => {
    const database = await databases.open(dialect);
    const model = modelThat(() => GOOD);
    const context = contextOn(database, { manager: { mode: "hybrid", port: model } });
    const run = await withRun(database);
    await failedOnce(context);

    await ticked(context);
    await ticked(context);

    expect(model.asked.map(({ name }) => name)).toEqual(["diagnose_failure"]);
    expect(await decisions(database)).toMatchObject([
      { decision: "attempt", source: "llm", rule: "try", instructions: "Mind the zone." },
      { decision: "wait", source: "rules" },
    ]);
    const [spec] = await ordered(database);
    expect(spec?.packet.instructions).toContain("The last attempt was diagnosed: Mind the zone.");
    expect(await listCalls(database.knex, "run_1")).toMatchObject([
      { question: "diagnose_failure", subject: "attempt:1", status: "answered", tokens: 340 },
    ]);
    expect((await readBooks(database, database.knex, run)).run.used.tokens).toBe(340);
  },
);

test("rules ask nobody, and every decision stands in the journal with the hash of its facts", async () => {
  const database = await databases.open("sqlite");
  const context = contextOn(database, { manager: RULES_ALONE });
  await withRun(database);
  await failedOnce(context);

  await ticked(context);

  expect(await decisions(database)).toMatchObject([
    { decision: "attempt", source: "rules", facts: expect.stringMatching(/^[0-9a-f]{16}$/) },
  ]);
  expect(await listCalls(database.knex, "run_1")).toEqual([]);
});

test.each([
  [
    "a model that fails leaves it to the rules",
    () => new Error("no answer within 20 s"),
    "attempt",
    "fallback",
  ],
  ["a hopeless case goes to a person", () => ({ ...GOOD, retry: false }), "escalate", "llm"],
] as const)("%s, and is not asked again", async (_title, says, decision, source) => {
  const database = await databases.open("sqlite");
  const model = modelThat(says);
  const context = contextOn(database, { manager: { mode: "hybrid", port: model } });
  await withRun(database);
  await failedOnce(context);

  await ticked(context);
  await ticked(context);

  expect((await decisions(database))[0]).toMatchObject({ decision, source });
  expect(model.asked).toHaveLength(1);
});

test("a dry run says what would be decided and asked, asks nobody, and writes nothing", async () => {
  const database = await databases.open("sqlite");
  const model = modelThat(() => GOOD);
  const context = contextOn(database, { manager: { mode: "hybrid", port: model } });
  await withRun(database);
  await failedOnce(context);

  const dry = await ticked(context, { dryRun: true });

  expect(dry.results[0]?.actions).toMatchObject([
    {
      action: "attempt",
      outcome: "planned",
      reason: expect.stringContaining("would be asked: diagnose_failure"),
    },
  ]);
  expect(model.asked).toEqual([]);
  expect(await decisions(database)).toEqual([]);
});

test("a used up budget is not spent on questions", async () => {
  const database = await databases.open("sqlite");
  const model = modelThat(() => ({ decision: "attempt", reason: "go" }));
  const limits = { run: { wall_minutes: 0, tokens: 300, cost_usd: 0 } };
  const day = { tokens: 0, cost_usd: 0 };
  const policy = { limits: { ...limits, repository_day: day, day } };
  const context = contextOn(database, { manager: { mode: "llm", port: model }, policy });
  await withRun(database);

  await ticked(context);
  expect(model.asked).toHaveLength(1);
  await database.knex("jobs").where({ kind: "attempt" }).update({ status: "done" });
  await failedOnce(context);
  await ticked(context);

  expect(model.asked).toHaveLength(1);
  expect((await findRun(database.knex, "run_1"))?.state).toBe("NEEDS_HUMAN");
});

test("a review is triaged once, and threads without a wish reach the worker as such", async () => {
  const database = await databases.open("sqlite");
  const thread = { id: "10", action: "answer", reply: "It is UTC.", reason: "a question" };
  const model = modelThat(() => ({ threads: [thread] }));
  const context = contextOn(database, { manager: { mode: "hybrid", port: model } });
  const comments = [{ id: 10, path: "src/a.ts", line: 3, body: "Why UTC?" }];
  await withRun(database, runWithPr("REVIEW_WAIT", { id: "run_1", changeId: null }));
  const event: Event = { type: "feedback.received", feedback: { ...feedback(7), comments } };
  await advance(context.world, { runId: "run_1", event, cause: "review" });

  await ticked(context);
  await ticked(context);

  expect(model.asked.map(({ name }) => name)).toEqual(["triage_review"]);
  const [triaged] = await readJournal(database.knex, "run_1", { types: ["manager.triaged"] });
  expect(triaged?.event).toMatchObject({
    ...{ reviewId: 7, source: "llm" },
    threads: [{ thread: "10", action: "answer", reply: "It is UTC." }],
  });
  const [spec] = await ordered(database);
  expect(spec?.packet).toMatchObject({
    answersOnly: false,
    feedback: [{ treatment: "fix" }],
    threads: [{ thread: 10, treatment: "answer", draft: "It is UTC." }],
  });
});

test("three actions in a row that fail pause the run with one high notice; an outage of GitHub does not", async () => {
  const database = await databases.open("sqlite");
  let error: Error | null = Object.assign(new Error("GitHub did not answer"), { kind: "unreachable" });
  const context = contextOn(database, { manager: RULES_ALONE, broken: () => error });
  await withRun(database);
  for (const _ of [1, 2, 3, 4]) await ticked(context);
  expect((await findRun(database.knex, "run_1"))?.state).toBe("EXECUTING");

  error = new Error("there is no branch main");
  for (const _ of [1, 2, 3, 4]) await ticked(context);

  expect(await findRun(database.knex, "run_1")).toMatchObject({
    state: "PAUSED",
    reason: expect.stringContaining("3 actions in a row could not be carried out"),
  });
  expect(await listNotices(database.knex, "run_1")).toMatchObject([{ priority: "high" }]);
});

test.each(DIALECTS)("on %s two managers at once order one attempt and ask one question", async (dialect) => {
  const database = await databases.open(dialect);
  const model = modelThat(() => GOOD);
  const contexts = [1, 2].map(() => contextOn(database, { manager: { mode: "hybrid", port: model } }));
  const [first] = contexts;
  // Both hold the app's key, as two processes of one installation do.
  for (const context of contexts) Object.assign(context.world, { key: first?.world.key });
  await withRun(database);
  if (first) await failedOnce(first);

  for (const _ of [1, 2, 3]) await Promise.all(contexts.map((context) => ticked(context)));

  expect(model.asked).toHaveLength(1);
  expect(await ordered(database)).toHaveLength(1);
  expect((await decisions(database)).filter(({ decision }) => decision === "attempt")).toHaveLength(1);
});
