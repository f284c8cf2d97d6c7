import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import {
  type Call,
  type CheckedGitHub,
  startCheckedGitHub,
  valueAt,
} from "../../support/openapi-local-github.ts";
import { clone, folderWith, pushFiles, remoteOf } from "./git-client.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let owner: Call;
let bot: Call;
let sha: string;
const AT = "/repos/octo/hello";
const BUTTON = { label: "Request PR", description: "Ask for the pull request", identifier: "request_pr" };

beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { enabled: false } });
  const token = hub.github.addUser("octo").token;
  owner = hub.as(token);
  hub.github.addUser("stranger");
  const from = await folderWith(hub.dir, "seed", { "README.md": "hello\n" });
  await hub.github.addRepository({ owner: "octo", name: "hello", from, requiredChecks: ["agentpr"] });
  bot = hub.as(
    await hub.installationToken(
      hub.github.install("octo", {
        permissions: { checks: "write", contents: "write", pull_requests: "write", statuses: "write" },
      }).installationId,
    ),
  );
  const work = await clone(hub.dir, remoteOf(hub.github.url, "octo/hello", token), "work");
  sha = (await pushFiles(work, { branch: "topic", files: { "a.txt": "a" } })).sha;
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

async function startRun(name: string, extra: object = {}): Promise<{ id: number; body: unknown }> {
  const { status, body, text } = await bot(`POST ${AT}/check-runs`, {
    name,
    head_sha: sha,
    status: "in_progress",
    ...extra,
  });
  if (status !== 201) throw new Error(text);
  return { id: Number(valueAt(body, "id")), body };
}

test("a push gives the app a suite that stays queued while it is empty", async () => {
  expect(await hub.hook("check_suite", (payload) => payload.action === "requested")).toMatchObject({
    payload: { check_suite: { head_sha: sha, status: "queued" } },
  });
  expect(await owner(`GET ${AT}/commits/topic/check-suites`)).toMatchObject({
    body: {
      total_count: 1,
      check_suites: [{ status: "queued", conclusion: null, latest_check_runs_count: 0 }],
    },
  });
});

test("a run lives from in_progress to completed, and both ends are told", async () => {
  const run = await startRun("life", { external_id: "run-1", output: { title: "Working", summary: "…" } });
  expect(run.body).toMatchObject({
    status: "in_progress",
    conclusion: null,
    external_id: "run-1",
    app: { slug: "agentpr" },
  });

  const done = await bot(`PATCH ${AT}/check-runs/${run.id}`, {
    conclusion: "success",
    output: { title: "Done", summary: "fine" },
  });

  expect(done).toMatchObject({
    status: 200,
    body: {
      status: "completed",
      conclusion: "success",
      completed_at: expect.any(String),
      output: { title: "Done" },
    },
  });
  const mine = (payload: Record<string, unknown>) => valueAt(payload, "check_run.id") === run.id;
  await hub.hook("check_run", (payload) => payload.action === "created" && mine(payload));
  await hub.hook("check_run", (payload) => payload.action === "completed" && mine(payload));
  await hub.hook("check_suite", (payload) => payload.action === "completed");
  expect(await bot(`GET ${AT}/check-runs/${run.id}`)).toMatchObject({ body: { name: "life" } });
});

test("annotations add up over requests", async () => {
  const { id } = await startRun("annotated");
  const annotation = {
    path: "a.txt",
    start_line: 1,
    end_line: 1,
    annotation_level: "warning",
    message: "hm",
  };
  for (let turn = 0; turn < 2; turn += 1) {
    await bot(`PATCH ${AT}/check-runs/${id}`, {
      output: { title: "t", summary: "s", annotations: Array(50).fill(annotation) },
    });
  }

  expect(await bot(`GET ${AT}/check-runs/${id}`)).toMatchObject({
    body: { output: { annotations_count: 100 } },
  });
  expect(valueAt((await bot(`GET ${AT}/check-runs/${id}/annotations?per_page=60`)).body, "length")).toBe(60);
});

test.each([
  ["four buttons", { actions: [BUTTON, BUTTON, BUTTON, BUTTON] }],
  ["a label that is too long", { actions: [{ ...BUTTON, label: "x".repeat(21) }] }],
  ["a description that is too long", { actions: [{ ...BUTTON, description: "x".repeat(41) }] }],
  ["an identifier that is too long", { actions: [{ ...BUTTON, identifier: "x".repeat(21) }] }],
  ["a summary that is too long", { output: { title: "t", summary: "x".repeat(65_536) } }],
  ["completed without a conclusion", { status: "completed" }],
  ["an unknown conclusion", { conclusion: "great" }],
  ["a commit that does not exist", { head_sha: "0".repeat(40) }],
])("%s is refused", async (_title, extra) => {
  expect((await bot(`POST ${AT}/check-runs`, { name: "bad", head_sha: sha, ...extra })).status).toBe(422);
});

test("a button shows only on a completed run and only to who may push", async () => {
  const { id } = await startRun("buttons", { actions: [BUTTON] });
  const click = { owner: "octo", repo: "hello", checkRunId: id, identifier: "request_pr", by: "octo" };

  expect(() => hub.github.clickCheckAction(click)).toThrow(/shows no button/);
  await bot(`PATCH ${AT}/check-runs/${id}`, { conclusion: "action_required" });
  expect(() => hub.github.clickCheckAction({ ...click, by: "stranger" })).toThrow(/may not press/);
  hub.github.clickCheckAction(click);

  expect(await hub.hook("check_run", (payload) => payload.action === "requested_action")).toMatchObject({
    payload: { requested_action: { identifier: "request_pr" }, check_run: { id }, sender: { login: "octo" } },
  });
});

test("a person may ask for a run again", async () => {
  const { id } = await startRun("again");

  expect((await owner(`POST ${AT}/check-runs/${id}/rerequest`)).status).toBe(201);

  await hub.hook("check_run", (payload) => payload.action === "rerequested");
});

test("of runs with one name the newest counts", async () => {
  await startRun("same", { conclusion: "failure" });
  const { id } = await startRun("same", { conclusion: "success" });

  expect(await owner(`GET ${AT}/commits/${sha}/check-runs?check_name=same`)).toMatchObject({
    body: { total_count: 1, check_runs: [{ id }] },
  });
  expect(await owner(`GET ${AT}/commits/topic/check-runs?check_name=same&filter=all`)).toMatchObject({
    body: { total_count: 2 },
  });
});

test("statuses combine, the newest of each context", async () => {
  expect(await owner(`GET ${AT}/commits/topic/status`)).toMatchObject({
    body: { state: "pending", total_count: 0 },
  });
  for (const state of ["pending", "success"])
    await bot(`POST ${AT}/statuses/${sha}`, { state, context: "ci/a" });
  expect(await owner(`GET ${AT}/commits/topic/status`)).toMatchObject({
    body: { state: "success", total_count: 1 },
  });

  await bot(`POST ${AT}/statuses/${sha}`, {
    state: "error",
    context: "ci/b",
    description: "no",
    target_url: "https://example.org",
  });

  expect(await owner(`GET ${AT}/commits/topic/status`)).toMatchObject({
    body: { state: "failure", total_count: 2 },
  });
  expect(await owner(`GET ${AT}/commits/topic/statuses`)).toMatchObject({
    body: [{ state: "error" }, { state: "success" }, { state: "pending" }],
  });
  await hub.hook("status", (payload) => payload.state === "error");
});

test("a required check keeps the merge shut until it has passed", async () => {
  const pull = await bot(`POST ${AT}/pulls`, { title: "Add a", head: "topic", base: "main" });
  const merge = `PUT ${AT}/pulls/${valueAt(pull.body, "number")}/merge`;
  expect(await owner(`GET ${AT}/rules/branches/main`)).toMatchObject({
    body: [
      { type: "required_status_checks", parameters: { required_status_checks: [{ context: "agentpr" }] } },
    ],
  });
  expect(await owner(`GET ${AT}/branches/main`)).toMatchObject({
    body: { protected: true, protection: { required_status_checks: { contexts: ["agentpr"] } } },
  });
  expect(pull).toMatchObject({ body: { mergeable_state: "blocked" } });
  expect((await owner(merge, {})).status).toBe(405);

  await startRun("agentpr", { conclusion: "success" });

  expect((await owner(merge, {})).status).toBe(200);
});
