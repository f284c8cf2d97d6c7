import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  type Approval,
  countGuess,
  findApproval,
  findUsedApproval,
  insertApproval,
  newestApproval,
  stepApproval,
} from "../../src/database/approvals.ts";
import { insertArtifact, listArtifacts } from "../../src/database/artifacts.ts";
import {
  findAttempt,
  finishAttempt,
  insertAttempt,
  listAttempts,
  saveProgress,
} from "../../src/database/attempts.ts";
import { acceptChange, findChange, insertChange, readBundle } from "../../src/database/changes.ts";
import type { Database } from "../../src/database/connect.ts";
import { findWaitingDelivery, finishDelivery, insertDelivery, trimInbox } from "../../src/database/inbox.ts";
import { appendEntry, hasCause, readJournal } from "../../src/database/journal.ts";
import { insertNotice, listNotices } from "../../src/database/notices.ts";
import { approveRunner, findRunner, listRunners, saveRunner } from "../../src/database/runners.ts";
import {
  findRun,
  findRunsOf,
  insertRun,
  listOpenRuns,
  renameRepository,
  updateRun,
} from "../../src/database/runs.ts";
import { findSurface, saveSurface } from "../../src/database/surfaces.ts";
import { SAMPLES } from "../core/sample-events.ts";
import { sampleChange, sampleReport } from "../core/sample-report.ts";
import { HEAD, runIn, runWithPr } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();
const RUN = runWithPr("ITERATING", {
  pausedFrom: "CI_WAIT",
  reason: "it says 'so' — \\ \"quoted\" ✓",
  answered: [3, 5],
  threadId: "thread_1",
  repositoryId: 2 ** 40,
  request: { title: "ünïcode ✓", body: "line\nline\u0000", author: null, issue: 7 },
});

const APPROVAL: Omit<Approval, "expiresAt" | "createdAt"> = {
  id: "approval_1",
  runId: RUN.id,
  changeId: "change_1",
  sha: HEAD,
  baseBranch: "main",
  baseSha: "0".repeat(40),
  title: "feat: add a thing",
  body: "words",
  draft: true,
  status: "requested",
  codeHash: "hash",
  guesses: 0,
  requestedBy: "mia",
  requestedAs: "github:joe",
  confirmedBy: null,
  mac: null,
  bypass: "a release",
  shown: {
    repository: "octo/hello",
    head: "octo:agentpr/x",
    files: [{ path: "a.ts", status: "modified", added: 1, deleted: 0 }],
    addedLines: 1,
    deletedLines: 0,
    checks: [{ id: "state", title: "It waits", outcome: "ok", reason: null }],
    workflows: { push: [], pull: ["CI"] },
    questions: ["I have read it"],
    template: null,
  },
};

/** A database with one run, its attempt and its change. */
async function filled(dialect: (typeof DIALECTS)[number]): Promise<Database> {
  const database = await databases.open(dialect);
  await database.transaction(async (trx) => {
    await insertRun(database, trx, RUN);
    const attempt = { id: "attempt_1", runId: RUN.id, number: 1, jobId: 9, claimId: 1, runner: "r" };
    await insertAttempt(database, trx, attempt);
    await insertChange(database, trx, sampleChange(), Buffer.from("bundle"));
  });
  return database;
}

const timeless = ({ createdAt, updatedAt, stateSince, ...fields }: typeof RUN) => fields;

test.each(DIALECTS)(
  "on %s a run comes back with every field, and its times are the database's",
  async (dialect) => {
    const { knex } = await filled(dialect);
    const found = await findRun(knex, RUN.id);

    expect(found && timeless(found)).toEqual(timeless(RUN));
    expect(Math.abs((found?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000);
    // Postgres reads its clock for each column.
    for (const at of [found?.updatedAt, found?.stateSince])
      expect(Math.abs((at ?? 0) - (found?.createdAt ?? 0))).toBeLessThan(1_000);
  },
);

test.each(DIALECTS)("on %s a run is written only over the version that was read", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  const next = { ...RUN, state: "CI_WAIT", version: RUN.version + 1, epoch: 1 } as const;

  expect(await updateRun(database, knex, RUN, next)).toBe(true);
  expect(await updateRun(database, knex, RUN, next)).toBe(false);
  expect(await findRun(knex, RUN.id)).toMatchObject({ state: "CI_WAIT", version: RUN.version + 1 });
});

test.each(DIALECTS)("on %s runs are found by what a webhook names", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  const many = Array.from({ length: 60 }, (_, at) =>
    runIn("DONE", {
      id: `run_${at}`,
      prNumber: 100 + at,
      publishedSha: "c".repeat(40),
      repositoryId: RUN.repositoryId,
      request: { ...RUN.request, issue: 70 + at },
    }),
  );
  for (const run of many) await insertRun(database, knex, run);
  const ids = async (key: Parameters<typeof findRunsOf>[2]) =>
    (await findRunsOf(knex, RUN.repositoryId ?? 0, key)).map(({ id }) => id);

  expect(await ids({ pr: 12 })).toContain(RUN.id);
  expect(await ids({ sha: HEAD })).toContain(RUN.id);
  expect(await ids({ issue: 7 })).toEqual([RUN.id]);
  expect(await ids({ issue: 999 })).toEqual([]);
  expect((await listOpenRuns(knex, 100)).map(({ id }) => id)).toEqual([RUN.id]);

  await renameRepository(knex, { owner: "new", repo: "name", repositoryId: RUN.repositoryId ?? 0 });
  expect(await findRun(knex, RUN.id)).toMatchObject({ owner: "new", repo: "name" });
});

test.each(DIALECTS)("on %s a cause is journaled once, and entries keep their order", async (dialect) => {
  const { knex, ...rest } = await filled(dialect);
  const database = { knex, ...rest };
  const entry = { runId: RUN.id, from: "CI_WAIT", to: "ITERATING" } as const;
  const append = (cause: string, event: Parameters<typeof appendEntry>[2]["event"]) =>
    appendEntry(database, knex, { ...entry, cause, event });

  expect(await append("a", SAMPLES["checks.failed"])).toBe(true);
  expect(await append("a", SAMPLES["checks.passed"])).toBe(false);
  expect(await append("b", SAMPLES["feedback.received"])).toBe(true);

  const entries = await readJournal(knex, RUN.id);
  expect(entries.map(({ cause, event }) => [cause, event])).toEqual([
    ["a", SAMPLES["checks.failed"]],
    ["b", SAMPLES["feedback.received"]],
  ]);
  expect(entries[0]).toMatchObject({ fromState: "CI_WAIT", toState: "ITERATING" });
  expect(await readJournal(knex, RUN.id, { types: ["feedback.received"] })).toHaveLength(1);
  expect(await readJournal(knex, RUN.id, { after: entries[0]?.id ?? 0 })).toHaveLength(1);
  expect([await hasCause(knex, RUN.id, "a"), await hasCause(knex, RUN.id, "c")]).toEqual([true, false]);
});

test.each(DIALECTS)("on %s a second execution of a job cuts the first one's attempt off", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  await saveProgress(database, "attempt_1", { stage: "codex" });
  await insertAttempt(database, knex, {
    id: "attempt_2",
    runId: RUN.id,
    number: 1,
    jobId: 9,
    claimId: 2,
    runner: "s",
  });
  await saveProgress(database, "attempt_1", { stage: "too late" });
  const report = sampleReport();
  await finishAttempt(database, knex, "attempt_2", report);

  expect(await findAttempt(knex, "attempt_1")).toMatchObject({
    status: "abandoned",
    progress: { stage: "codex" },
    report: null,
  });
  expect(await findAttempt(knex, "attempt_2")).toMatchObject({
    status: "finished",
    threadId: "thread_1",
    report,
  });
  expect((await listAttempts(knex, RUN.id)).map(({ id }) => id).toSorted()).toEqual([
    "attempt_1",
    "attempt_2",
  ]);
});

test.each(DIALECTS)("on %s a change keeps every byte of its bundle", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  const bundle = Buffer.concat([Buffer.from([0, 255, 10, 13]), randomBytes(300_000)]);
  const change = sampleChange({ id: "change_2" });
  await insertChange(database, knex, change, bundle);

  expect((await readBundle(knex, "change_2"))?.equals(bundle)).toBe(true);
  expect(await findChange(knex, "change_2")).toEqual({ ...change, acceptedMac: null });
  await acceptChange(knex, "change_2", "mac");
  expect(await findChange(knex, "change_2")).toEqual({ ...change, acceptedMac: "mac" });
  expect(await readBundle(knex, "change_3")).toBeNull();
});

test.each(DIALECTS)(
  "on %s an approval comes back with every field and takes each step once",
  async (dialect) => {
    const database = await filled(dialect);
    const { knex } = database;
    await insertApproval(database, knex, APPROVAL, 60_000);
    const found = await findApproval(knex, "approval_1");
    expect(found).toMatchObject(APPROVAL);
    expect((found?.expiresAt ?? 0) - (found?.createdAt ?? 0)).toBe(60_000);

    const confirm = {
      id: "approval_1",
      from: "requested",
      to: "confirmed",
      confirmedBy: "joe",
      mac: "m",
    } as const;
    const taken = await Promise.all([1, 2, 3, 4].map(() => stepApproval(knex, confirm)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await findApproval(knex, "approval_1")).toMatchObject({
      status: "confirmed",
      confirmedBy: "joe",
      mac: "m",
    });

    expect(await findUsedApproval(knex, RUN.id)).toBeNull();
    expect(await stepApproval(knex, { id: "approval_1", from: "confirmed", to: "used" })).toBe(true);
    expect(await stepApproval(knex, { id: "approval_1", from: "confirmed", to: "void" })).toBe(false);
    expect(await findUsedApproval(knex, RUN.id)).toMatchObject({ changeId: "change_1" });
  },
);

test.each(DIALECTS)("on %s a newer request voids the older one that is still open", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  await insertApproval(database, knex, APPROVAL, 1);
  await insertApproval(database, knex, { ...APPROVAL, id: "approval_2" }, 1);

  expect(await findApproval(knex, "approval_1")).toMatchObject({ status: "void" });
  expect(await newestApproval(knex, RUN.id)).toMatchObject({ id: "approval_2", status: "requested" });
});

test.each(DIALECTS)("on %s guesses are counted, also when they come at once", async (dialect) => {
  const database = await filled(dialect);
  await insertApproval(database, database.knex, APPROVAL, 1);

  const guesses = await Promise.all([1, 2, 3, 4, 5].map(() => countGuess(database.knex, "approval_1")));
  expect(guesses.toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test.each(DIALECTS)(
  "on %s surfaces are kept up to date and notices are told once per cause",
  async (dialect) => {
    const database = await filled(dialect);
    const { knex } = database;
    const sticky = { kind: "sticky", target: "5", externalId: 2 ** 33, bodyHash: "a" } as const;
    await saveSurface(knex, RUN.id, sticky);
    await saveSurface(knex, RUN.id, { ...sticky, bodyHash: "b" });
    const notice = { runId: RUN.id, priority: "high", text: "look", cause: "dead:1" } as const;
    await insertNotice(database, knex, notice);
    await insertNotice(database, knex, { ...notice, text: "again" });
    await insertNotice(database, knex, { ...notice, runId: null, cause: "dead:2" });

    expect(await findSurface(knex, RUN.id, "sticky", "5")).toEqual({ ...sticky, bodyHash: "b" });
    expect(await findSurface(knex, RUN.id, "check", "5")).toBeNull();
    expect(await listNotices(knex, RUN.id)).toEqual([notice]);
    expect(await listNotices(knex, null)).toHaveLength(1);
  },
);

test.each(DIALECTS)("on %s a delivery is stored once and its GUID outlives its payload", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  const delivery = { guid: "g1", event: "push", payload: '{"a":"✓"}' };

  expect(await insertDelivery(database, knex, delivery)).toBe(true);
  expect(await insertDelivery(database, knex, { ...delivery, payload: "{}" })).toBe(false);
  expect(await findWaitingDelivery(knex, "g1")).toEqual(delivery);

  await finishDelivery(database, knex, "g1", "done");
  expect(await findWaitingDelivery(knex, "g1")).toBeNull();
  expect(await trimInbox(database, 1_000)).toBe(0);
  database.setClockOffset(5_000);
  expect(await trimInbox(database, 1_000)).toBe(1);
  expect(await insertDelivery(database, knex, delivery)).toBe(false);
});

test.each(DIALECTS)("on %s a runner keeps its approval when it comes back", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  const runner = { id: "runner_1", name: "box", version: "1", capacity: 2, approved: false };
  await saveRunner(database, knex, runner);
  expect([await approveRunner(knex, "runner_1"), await approveRunner(knex, "runner_2")]).toEqual([
    true,
    false,
  ]);
  await saveRunner(database, knex, { ...runner, version: "2" });

  expect(await findRunner(knex, "runner_1")).toMatchObject({ ...runner, version: "2", approved: true });
  expect(await listRunners(knex)).toHaveLength(1);
});

test.each(DIALECTS)("on %s artifacts are listed in the order in which they were made", async (dialect) => {
  const database = await filled(dialect);
  const artifact = { runId: RUN.id, attemptId: "attempt_1", name: "events", location: "a/b", bytes: 2 ** 35 };
  await insertArtifact(database, database.knex, artifact);
  await insertArtifact(database, database.knex, { ...artifact, name: "log", attemptId: null });

  expect(await listArtifacts(database.knex, RUN.id)).toMatchObject([
    artifact,
    { name: "log", attemptId: null },
  ]);
});

test.each(DIALECTS)("on %s words with a NUL can be stored", async (dialect) => {
  const database = await filled(dialect);
  const { knex } = database;
  await updateRun(database, knex, RUN, { ...RUN, version: RUN.version + 1, reason: "a\u0000b" });
  await insertNotice(database, knex, { runId: RUN.id, priority: "low", text: "a\u0000b", cause: "nul" });

  expect(await findRun(knex, RUN.id)).toMatchObject({ reason: "a\ufffdb" });
  expect(await listNotices(knex, RUN.id)).toMatchObject([{ text: "a\ufffdb" }]);
});
