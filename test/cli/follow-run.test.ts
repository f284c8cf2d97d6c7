import { expect, test } from "@jest/globals";
import { followRun } from "../../src/cli/follow-run.ts";
import { finishAttempt, insertAttempt, saveProgress } from "../../src/database/attempts.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { eventually } from "../support/world.ts";

const databases = testDatabases();
const RUN = runIn("EXECUTING");

test.each([false, true])("an attempt under way is streamed until it ends (json: %s)", async (json) => {
  const database = await databases.open("sqlite");
  const db = database.knex;
  await insertRun(database, db, RUN);
  const job = { kind: "attempt", runId: RUN.id, payload: {}, key: "a", once: "ever", mac: null } as const;
  await insertJob(database, db, job);
  await insertAttempt(database, db, {
    id: "att_1",
    runId: RUN.id,
    number: 1,
    jobId: 1,
    claimId: 1,
    runner: "box",
  });
  const lines: string[] = [];
  const following = followRun({
    ...{ db, runId: RUN.id, json, signal: new AbortController().signal },
    write: (line) => lines.push(line),
  });
  await eventually("a first line", async () => lines.length === 1);
  await saveProgress(database, "att_1", {
    commands: 3,
    commandRunning: "npm test",
    usage: { inputTokens: 5 },
  });
  await eventually("a second line", async () => lines.length === 2);
  await finishAttempt(database, db, "att_1", sampleReport());
  await following;

  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain("npm test");
  expect(lines[2]).toContain(sampleReport().grade.grade);
  if (json)
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({
      version: "agentpr.follow.v1",
      attempt: 1,
      commands: 3,
    });
});

test("where no attempt is under way there is nothing to follow", async () => {
  const database = await databases.open("sqlite");
  await insertRun(database, database.knex, RUN);
  const lines: string[] = [];

  const signal = new AbortController().signal;
  await followRun({
    db: database.knex,
    runId: RUN.id,
    json: false,
    signal,
    write: (line) => lines.push(line),
  });

  expect(lines).toEqual(["No attempt is under way."]);
});
