import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import {
  type Call,
  type CheckedGitHub,
  startCheckedGitHub,
  until,
  valueAt,
} from "../../support/openapi-local-github.ts";
import { clone, folderWith, gitIn, pushFiles, remoteOf } from "./git-client.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let owner: Call;
let stranger: Call;
let work: string;
const tokens: Record<string, string> = {};
const AT = "/repos/octo/hello";
const WORKFLOW = "on: [push, pull_request]\njobs:\n  test:\n    steps:\n      - run: test -s state.txt\n";

beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { stepTimeoutMs: 4000 } });
  for (const login of ["octo", "stranger"]) tokens[login] = hub.github.addUser(login).token;
  owner = hub.as(tokens.octo);
  stranger = hub.as(tokens.stranger);
  const from = await folderWith(hub.dir, "seed", {
    "state.txt": "good\n",
    ".github/workflows/ci.yml": WORKFLOW,
  });
  await hub.github.addRepository({ owner: "octo", name: "hello", from });
  work = await clone(hub.dir, remoteOf(hub.github.url, "octo/hello", tokens.octo), "work");
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

async function finishedRun(sha: string, event: string): Promise<number> {
  const runs = await until(async () => {
    const { body } = await owner(`GET ${AT}/actions/runs?head_sha=${sha}&event=${event}`);
    return valueAt(body, "workflow_runs.0.status") === "completed" && body;
  }, `a finished ${event} run of ${sha}`);
  return Number(valueAt(runs, "workflow_runs.0.id"));
}

async function push(branch: string, files: Record<string, string>, message?: string): Promise<string> {
  await gitIn(work, "checkout", "-q", "--detach", "origin/main");
  const { sha, pushed } = await pushFiles(work, {
    branch,
    files,
    ...(message === undefined ? {} : { message }),
  });
  expect(pushed).toMatchObject({ ok: true });
  return sha;
}

test("a step that hangs is stopped, with what it started", async () => {
  const marker = `${hub.dir}/child`;
  const hanging = `on: push\njobs:\n  hang:\n    steps:\n      - run: sleep 60 & echo $! > ${marker}; wait\n`;
  const sha = await push("release/hang", { ".github/workflows/ci.yml": hanging });

  const id = await finishedRun(sha, "push");

  expect(await owner(`GET ${AT}/actions/runs/${id}`)).toMatchObject({ body: { conclusion: "failure" } });
  const [job] = [...hub.github.store.workflowJobs.values()].filter((row) => row.runId === id);
  expect(job?.log).toContain("took longer than 4000 ms");
  const child = Number(await readFile(marker, "utf8"));
  await until(() => isGone(child), "the end of the step's child");
});

/** Dead, or dead and not yet collected by its new parent. */
async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ");
  return /^State:\tZ/m.test(status);
}

test("a broken workflow is a failed run without jobs", async () => {
  const sha = await push("release/broken", { ".github/workflows/ci.yml": "on: push\njobs: [what]\n" });

  const id = await finishedRun(sha, "push");

  expect(await owner(`GET ${AT}/actions/runs/${id}/jobs`)).toMatchObject({ body: { total_count: 0 } });
});

test("a stranger's first pull request from a fork waits for a maintainer", async () => {
  await stranger(`POST ${AT}/forks`, {});
  const fork = await clone(hub.dir, remoteOf(hub.github.url, "stranger/hello", tokens.stranger), "fork");
  const { sha } = await pushFiles(fork, { branch: "gift", files: { "gift.txt": "1" } });
  await stranger(`POST ${AT}/pulls`, { title: "Gift", head: "stranger:gift", base: "main" });
  const id = await finishedRun(sha, "pull_request");

  expect(await owner(`GET ${AT}/actions/runs/${id}`)).toMatchObject({
    body: { conclusion: "action_required" },
  });
  expect(await owner(`GET ${AT}/commits/${sha}/check-runs`)).toMatchObject({ body: { total_count: 0 } });
  expect((await stranger(`POST ${AT}/actions/runs/${id}/approve`)).status).toBe(403);
  expect((await owner(`POST ${AT}/actions/runs/${id}/approve`)).status).toBe(201);
  await finishedRun(sha, "pull_request");

  expect(await owner(`GET ${AT}/actions/runs/${id}`)).toMatchObject({
    body: { conclusion: "success", head_repository: { full_name: "stranger/hello" } },
  });
});
