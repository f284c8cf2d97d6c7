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
let work: string;
const tokens: Record<string, string> = {};
const AT = "/repos/octo/hello";

const WORKFLOW = `
name: CI
on:
  push: { branches: [main, "release/**"] }
  pull_request:
env: { GREETING: hello }
jobs:
  test:
    name: unit tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Prepare
        run: echo "SET_EARLIER=yes" >> "$GITHUB_ENV"
      - name: Check
        env: { WHO: world }
        run: |
          echo "$GREETING $WHO $SET_EARLIER \${{ github.event_name }} $HOME"
          test -z "$SECRET_OF_THE_PARENT"
          if ! grep -q good state.txt; then
            echo "::error file=state.txt,line=1,title=Bad state::state is%0Anot good"
            exit 3
          fi
      - name: Tidy
        if: always()
        run: echo tidied
  after:
    needs: test
    steps:
      - run: echo after
`;

beforeAll(async () => {
  process.env.SECRET_OF_THE_PARENT = "secret";
  hub = await startCheckedGitHub({ ci: { stepTimeoutMs: 4000 } });
  for (const login of ["octo"]) tokens[login] = hub.github.addUser(login).token;
  owner = hub.as(tokens.octo);
  const from = await folderWith(hub.dir, "seed", {
    "state.txt": "good\n",
    ".github/workflows/ci.yml": WORKFLOW,
  });
  await hub.github.addRepository({ owner: "octo", name: "hello", from });
  hub.github.install("octo");
  work = await clone(hub.dir, remoteOf(hub.github.url, "octo/hello", tokens.octo), "work");
});

afterAll(async () => {
  delete process.env.SECRET_OF_THE_PARENT;
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

test("a green push runs for real and is green, told step by step", async () => {
  const sha = await push("release/one", { "extra.txt": "x" });
  const id = await finishedRun(sha, "push");

  const run = await owner(`GET ${AT}/actions/runs/${id}`);
  const jobs = await owner(`GET ${AT}/actions/runs/${id}/jobs`);
  const logs = await owner(`GET ${AT}/actions/jobs/${valueAt(jobs.body, "jobs.0.id")}/logs`);
  const text = await (await fetch(logs.headers.get("location") ?? "")).text();

  expect(run.body).toMatchObject({
    name: "CI",
    event: "push",
    conclusion: "success",
    head_branch: "release/one",
    run_attempt: 1,
  });
  expect(jobs.body).toMatchObject({
    total_count: 2,
    jobs: [
      {
        name: "unit tests",
        conclusion: "success",
        steps: [{}, {}, { name: "Check", conclusion: "success" }, {}],
      },
      { name: "after", conclusion: "success" },
    ],
  });
  expect(logs.status).toBe(302);
  expect(text).toContain("hello world yes push /");
  expect(await owner(`GET ${AT}/commits/${sha}/check-runs`)).toMatchObject({
    body: { total_count: 2, check_runs: [{ app: { slug: "github-actions" } }, { conclusion: "success" }] },
  });
  for (const action of ["requested", "in_progress", "completed"]) {
    await hub.hook(
      "workflow_run",
      (payload) => payload.action === action && valueAt(payload, "workflow_run.id") === id,
    );
  }
  await hub.hook(
    "check_suite",
    (payload) => payload.action === "completed" && valueAt(payload, "check_suite.conclusion") === "success",
  );
});

test("a red pull request is red with annotations, and a fix makes it green", async () => {
  const sha = await push("topic", { "state.txt": "bad\n" });
  const pull = await owner(`POST ${AT}/pulls`, { title: "Topic", head: "topic", base: "main" });
  await finishedRun(sha, "pull_request");

  const checks = await owner(`GET ${AT}/commits/${sha}/check-runs?check_name=unit%20tests`);
  const annotations = await owner(
    `GET ${AT}/check-runs/${valueAt(checks.body, "check_runs.0.id")}/annotations`,
  );
  const skipped = await owner(`GET ${AT}/commits/${sha}/check-runs?check_name=after`);

  expect(checks.body).toMatchObject({
    check_runs: [
      { conclusion: "failure", output: { title: "Failed: Check" }, pull_requests: [{ head: { sha } }] },
    ],
  });
  expect(annotations.body).toMatchObject([
    {
      path: "state.txt",
      start_line: 1,
      annotation_level: "failure",
      title: "Bad state",
      message: "state is\nnot good",
    },
    { path: ".github", message: "Process completed with exit code 3." },
  ]);
  expect(skipped.body).toMatchObject({ check_runs: [{ conclusion: "skipped" }] });
  expect(await owner(`GET ${AT}/pulls/${valueAt(pull.body, "number")}`)).toMatchObject({
    body: { mergeable_state: "unstable" },
  });

  const fixed = (await pushFiles(work, { branch: "topic", files: { "state.txt": "good again\n" } })).sha;
  const id = await finishedRun(fixed, "pull_request");

  expect(await owner(`GET ${AT}/actions/runs/${id}`)).toMatchObject({
    body: { conclusion: "success", pull_requests: [{}] },
  });
});

test("a push to a branch the workflow does not name, and a skipped commit, start nothing", async () => {
  const unnamed = await push("elsewhere", { "1.txt": "1" });
  const skipping = await push("release/two", { "2.txt": "2" }, "Change [skip ci]");

  for (const sha of [unnamed, skipping]) {
    expect(await owner(`GET ${AT}/actions/runs?head_sha=${sha}`)).toMatchObject({ body: { total_count: 0 } });
  }
});

test("a failed run is run again as a new attempt with new check runs", async () => {
  const sha = await push("release/red", { "state.txt": "bad\n" });
  const id = await finishedRun(sha, "push");

  expect((await owner(`POST ${AT}/actions/runs/${id}/rerun`)).status).toBe(201);
  expect((await owner(`POST ${AT}/actions/runs/${id}/rerun`)).status).toBe(403);
  await finishedRun(sha, "push");

  expect(await owner(`GET ${AT}/actions/runs/${id}`)).toMatchObject({
    body: { run_attempt: 2, conclusion: "failure" },
  });
  expect(await owner(`GET ${AT}/commits/${sha}/check-runs?filter=all`)).toMatchObject({
    body: { total_count: 4 },
  });
  expect(await owner(`GET ${AT}/commits/${sha}/check-runs`)).toMatchObject({ body: { total_count: 2 } });
});
