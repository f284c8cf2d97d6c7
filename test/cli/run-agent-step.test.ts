import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { anything, hang, promptHas, say, shell, turn } from "../../demo/model/conversation.ts";
import type { StepResult } from "../../src/cli/agent-step-result.ts";
import { RunDigest } from "../../src/core/run-digest.ts";
import { listAttempts } from "../../src/database/attempts.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { readJournal } from "../../src/database/journal.ts";
import { type Foreground, raiseForeground } from "../support/foreground.ts";

jest.setTimeout(120_000);

const SUBTRACT = `printf 'export const subtract = (a, b) => a - b;\\n' >> add.js
cat >> add.test.js <<'END'
import { subtract } from "./add.js";
test("subtracts", () => assert.equal(subtract(3, 2), 1));
END`;
const DONE = say(JSON.stringify({ status: "pass", title: "Add subtract", notes: "As asked." }));

let there: Foreground;
beforeAll(async () => {
  there = await raiseForeground([
    turn(promptHas("take your time"), [hang()]),
    turn(anything, [shell(SUBTRACT), shell("git push origin HEAD; true"), shell("node --test"), DONE]),
  ]);
});
afterAll(() => there.stop());

async function journal(run: string) {
  return (await readJournal(there.database.knex, run)).map(({ event }) => event);
}

test("one attempt is asked for, carried out and settled here, and watched", async () => {
  const run = await there.createRun("run_first");

  const end = await there.start(["run-agent-step", run, "--json", "--allow-agent-push", "--skip-doctor"]);

  expect({ exitCode: end.exitCode, stderr: end.exitCode === 0 ? "" : end.stderr }).toEqual({
    exitCode: 0,
    stderr: "",
  });
  const result = JSON.parse(end.stdout) as StepResult;
  expect(result).toMatchObject({
    ...{ ok: true, run_id: run, attempt_no: 1, exit_code: 0, state: "EXECUTING" },
    classification: { grade: "PASS", reason_code: "runtime_success" },
  });
  expect(RunDigest.parse(JSON.parse(await readFile(result.run_digest ?? "", "utf8")))).toMatchObject({
    run: { run_id: run, owner: "tidy", repo: "adder" },
    changes: { changed_files_count: 2 },
    stages: { stage_totals: expect.arrayContaining([expect.objectContaining({ stage: "codex" })]) },
  });
  for (const file of [result.agent_report, result.manager_insight]) expect(existsSync(file ?? "")).toBe(true);
  for (const words of ["the agent still cannot push", "provision", "codex", "verify", "seal"])
    expect(end.stderr).toContain(words);
  expect(await journal(run)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: "attempt.by_hand", flags: ["--skip-doctor", "--allow-agent-push"] }),
      expect.objectContaining({ type: "attempt.finished", grade: "PASS" }),
    ]),
  );
  expect(await listJobs(there.database.knex, { run_id: run, status: "leased" })).toEqual([]);
});

test("without --allow-agent-push the same agent needs a person, and flags go over the policy", async () => {
  const run = await there.createRun("run_second");

  const end = await there.start(["run-agent-step", "--run-id", run, "--json", "--max-changed-files", "1"]);

  expect(end.exitCode).toBe(1);
  expect(JSON.parse(end.stdout)).toMatchObject({
    ...{ ok: false, state: "EXECUTING" },
    classification: { grade: "HUMAN_REVIEW", reason_code: "agent_push_disallowed" },
  });
  const analysis = await there.start(["analyze-worker-output", run, "--json"]);
  const { rules } = (JSON.parse(analysis.stdout) as { data: { rules: { reason: string }[] } }).data;
  expect(rules.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(["agent_push_disallowed", "diff_budget_exceeded"]),
  );
  const again = await there.start(["run-agent-step", run]);
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toContain("agent_push_disallowed");
});

test("Ctrl-C calls the attempt off: it ends with a report, and nothing is held or left running", async () => {
  const run = await there.createRun("run_third");
  await there.start(["pause", run]);
  const paused = await there.start(["run-agent-step", run]);
  await there.start(["resume", run]);
  await there.start(["resume", run]);

  const child = there.start([
    "run-agent-step",
    run,
    "--json",
    "--task-packet-file",
    await packet("take your time"),
  ]);
  for await (const line of child.iterable({ from: "stderr" }))
    if (String(line).includes("codex")) {
      child.kill("SIGINT");
      break;
    }
  const end = await child;

  expect(paused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("the run is PAUSED") });
  expect(end.exitCode).toBe(130);
  const { knex } = there.database;
  expect(await listAttempts(knex, run)).toMatchObject([
    { status: "finished", report: { evidence: { codex: { kind: "cancelled" } } } },
  ]);
  expect((await journal(run)).map(({ type }) => type)).toContain("attempt.parked");
  expect(await listJobs(knex, { run_id: run, status: "leased" })).toEqual([]);
  expect(await listJobs(knex, { run_id: run, kind: "attempt", status: "queued" })).toEqual([]);
});

test("a run that is not there, and one whose attempt nobody wants, are told apart", async () => {
  const missing = await there.start(["run-agent-step", "run_none", "--skip-doctor"]);

  expect(missing).toMatchObject({ exitCode: 3, stdout: "" });
});

test("a preflight of a run looks at everything and begins nothing", async () => {
  const run = await there.createRun("run_fourth");

  const [byRun, byName] = await Promise.all([
    there.start(["run-preflight", "--run-id", run, "--skip-network-check", "--json"]),
    there.start(["run-preflight", "--repo", "tidy/adder", "--skip-network-check"]),
  ]);

  expect({ exitCode: byRun.exitCode, stderr: byRun.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(byRun.stdout)).toMatchObject({ ok: true, failures: [] });
  expect(byName.stdout).toMatch(/^ok {7}policy\.codex_sandbox +danger-full-access$/m);
  expect(byName.stdout).toMatch(/^An attempt could begin here\. \(/m);
  expect(await listAttempts(there.database.knex, run)).toEqual([]);
});

test("a preflight of a private repository reads it by the App", async () => {
  const seen = await there.start(["run-preflight", "--repo", "tidy/vault", "--skip-network-check", "--json"]);

  expect({ exitCode: seen.exitCode, stderr: seen.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(seen.stdout)).toMatchObject({ ok: true, failures: [] });
  expect(seen.stdout).not.toMatch(/ghs_/);
});

test.each([
  ["neither a run nor a repository", [], 2],
  ["both", ["--run-id", "run_x", "--repo", "tidy/adder"], 2],
  ["a repository that is none", ["--repo", "../etc"], 2],
  ["a run that is not there", ["--run-id", "run_none"], 3],
  ["a sandbox in which nothing can come of it", ["--repo", "tidy/adder", "--codex-sandbox", "read-only"], 1],
] as const)("a preflight of %s ends with the right code", async (_title, args, exitCode) => {
  expect((await there.start(["run-preflight", ...args])).exitCode).toBe(exitCode);
});

async function packet(words: string): Promise<string> {
  const { writeFile } = await import("node:fs/promises");
  const file = `${there.dir}/extra.md`;
  await writeFile(file, words);
  return file;
}
