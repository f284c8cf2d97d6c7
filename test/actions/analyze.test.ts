import { expect, test } from "@jest/globals";
import { perform } from "../../src/actions/perform.ts";
import { renderText } from "../../src/cli/render.ts";
import type { AttemptReport } from "../../src/core/attempt.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/core/policy.ts";
import { insertArtifact } from "../../src/database/artifacts.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import type { Database } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleSpec } from "../core/sample-facts.ts";
import { sampleEvidence, sampleReport, verified } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const RUN = runIn("EXECUTING");
const TAIL = "not ok 1 - greets in UTC\n# fail 1";

const FAILED = sampleReport({
  grade: { grade: "RETRYABLE", reason: "new_test_failures", because: "npm test: greets in UTC" },
  evidence: sampleEvidence(
    [
      verified({
        verdict: "new_failure",
        newFailures: ["greets in UTC"],
        head: {
          ...{ exitCode: 1, timedOut: false, durationMs: 1_500, failing: ["greets in UTC"], ran: 12 },
          outputTail: TAIL,
        },
      }),
    ],
    { commands: [{ command: "npm test", exitCode: 0, durationMs: 5 }] },
  ),
  stages: [{ name: "codex", ms: 6_000 }],
  change: null,
});

async function withAttempt(database: Database, report: AttemptReport | null): Promise<void> {
  const { knex } = database;
  await insertRun(database, knex, RUN);
  const request = { kind: "attempt", runId: RUN.id, payload: sampleSpec(), key: "attempt:1" } as const;
  await insertJob(database, knex, { ...request, once: "ever", mac: null });
  const [job] = await listJobs(knex, { kind: "attempt" });
  const row = { id: "att_1", runId: RUN.id, number: 1, jobId: job?.id ?? 0, claimId: 1, runner: "box" };
  await insertAttempt(database, knex, row);
  if (report === null) return;
  await finishAttempt(database, knex, "att_1", report);
  const artifact = { runId: RUN.id, attemptId: "att_1", bytes: 1 };
  const digest = { ...artifact, name: "run_digest", location: "/data/reports/digest.json" };
  await insertArtifact(database, knex, digest);
  await insertArtifact(database, knex, {
    ...artifact,
    name: "agent_events",
    location: "/gone",
    removedWhy: "expired",
  });
}

type Who = { via: "cli" | "github"; policy?: Partial<Policy>; attempt?: number };

function analyze(database: Database, { via, policy = {}, attempt }: Who) {
  const policyFor = () => ({ ...DEFAULT_POLICY, ...policy });
  const defaults = { promptVersion: "v1", autokick: true };
  const context = { world: testWorld(database), github: null, policyFor, promptFault: () => null, defaults };
  const cause = `test:${via}`;
  const actor =
    via === "cli"
      ? ({ via, user: "ops", cause } as const)
      : ({ via, login: "ada", role: "write", repositoryId: RUN.repositoryId ?? 0, cause } as const);
  return perform(context, actor, "analyze-worker-output", { run: RUN.id, attempt });
}

test.each(DIALECTS)(
  "on %s an attempt is told with its grade, its reasons and what to do",
  async (dialect) => {
    const database = await databases.open(dialect);
    await withAttempt(database, FAILED);

    const reply = await analyze(database, { via: "cli" });

    const text = reply.ok ? renderText(reply) : reply.text;
    expect(
      text.replace(/removed \S+/, "removed <time>"),
    ).toBe(`Attempt 1 of run_sample: RETRYABLE (new_test_failures)
  state         EXECUTING
  because       npm test: greets in UTC
  means         tests fail that do not fail on the base
  rule          new failures → RETRYABLE (new_test_failures): npm test: greets in UTC
  Codex         finished
  worker ran    1 commands: 1 tests, 0 linters
  verified      npm test: new_failure (from manifest, 12 tests, 1.5 s)
  new failure   greets in UTC
  its output    not ok 1 - greets in UTC
                # fail 1
  change        1 files, +3 −1
  tokens        0
  time          codex 6.0 s
  run_digest    /data/reports/digest.json
  agent_events  removed <time> (expired)
  do            nothing at first; after the last try, read the failures and add a note`);
  },
);

test("every rule that matched is told, the deciding one first, and a success only where nothing else is", async () => {
  const database = await databases.open("sqlite");
  const violations = [{ rule: "secret_found" as const, path: "a.ts", detail: "a token" }];
  await withAttempt(database, { ...FAILED, evidence: { ...FAILED.evidence, violations } });

  const reply = await analyze(database, { via: "cli" });

  const rules = reply.ok ? reply.facts?.filter(([label]) => label === "rule").map(([, text]) => text) : [];
  expect(rules).toEqual([
    "safety → HUMAN_REVIEW (safety_violation): secret_found: a.ts: a token",
    "new failures → RETRYABLE (new_test_failures): npm test: greets in UTC",
  ]);
});

test("what today's policy makes of the same evidence is told where it is something else", async () => {
  const database = await databases.open("sqlite");
  await withAttempt(database, FAILED);

  const reply = await analyze(database, { via: "cli", policy: { max_added_lines: 1 } });

  expect(reply.ok && reply.facts).toContainEqual([
    "today's policy",
    "HUMAN_REVIEW (diff_budget_exceeded): 3 added lines, 1 allowed",
  ]);
});

test("on GitHub neither output nor paths are shown", async () => {
  const database = await databases.open("sqlite");
  await withAttempt(database, FAILED);

  const reply = await analyze(database, { via: "github" });

  expect(reply.ok).toBe(true);
  expect(JSON.stringify(reply)).not.toMatch(/not ok 1|\/data\/reports/);
});

test.each([
  ["an attempt under way has no report yet", null, undefined, "refused", /has no report: it is running/],
  ["an attempt that never was is not found", FAILED, 7, "not_found", /no such attempt/],
] as const)("%s", async (_title, report, attempt, kind, text) => {
  const database = await databases.open("sqlite");
  await withAttempt(database, report);

  const reply = await analyze(database, { via: "cli", ...(attempt === undefined ? {} : { attempt }) });

  expect(reply).toMatchObject({ ok: false, kind, text: expect.stringMatching(text) });
});
