import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import {
  type Call,
  type CheckedGitHub,
  startCheckedGitHub,
  valueAt,
} from "../../support/openapi-local-github.ts";
import { clone, folderWith, gitIn, pushFiles, remoteOf } from "./git-client.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let owner: Call;
let bot: Call;
let work: string;
const AT = "/repos/octo/hello";
const tokens: Record<string, string> = {};

beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { enabled: false } });
  for (const login of ["octo", "reviewer", "stranger"]) tokens[login] = hub.github.addUser(login).token;
  const from = await folderWith(hub.dir, "seed", {
    "README.md": "hello\n",
    "src/main.txt": "one\ntwo\nthree\n",
  });
  await hub.github.addRepository({
    owner: "octo",
    name: "hello",
    from,
    collaborators: { reviewer: "write" },
  });
  owner = hub.as(tokens.octo);
  bot = hub.as(await hub.installationToken(hub.github.install("octo").installationId));
  work = await clone(hub.dir, remoteOf(hub.github.url, "octo/hello", tokens.octo), "work");
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

async function openPull(branch: string, files: Record<string, string>, extra: object = {}): Promise<number> {
  await gitIn(work, "fetch", "-q", "origin");
  await gitIn(work, "checkout", "-q", "--detach", "origin/main");
  await pushFiles(work, { branch, files });
  const answer = await bot(`POST ${AT}/pulls`, {
    title: `Add ${branch}`,
    head: branch,
    base: "main",
    body: "text",
    ...extra,
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return Number(valueAt(answer.body, "number"));
}

test("a draft is marked ready and only then merged", async () => {
  const number = await openPull("drafty", { "d.txt": "1\n" }, { draft: true });
  const pull = await owner(`GET ${AT}/pulls/${number}`);
  expect(pull.body).toMatchObject({ draft: true, mergeable_state: "draft" });
  expect((await owner(`PUT ${AT}/pulls/${number}/merge`, {})).status).toBe(405);

  const query =
    "mutation($pullRequestId:ID!){markPullRequestReadyForReview(input:{pullRequestId:$pullRequestId}){pullRequest{isDraft}}}";
  const ready = await bot(`POST ${hub.github.url}/api/graphql`, {
    query,
    variables: { pullRequestId: valueAt(pull.body, "node_id") },
  });

  expect(valueAt(ready.body, "data.markPullRequestReadyForReview.pullRequest")).toMatchObject({
    isDraft: false,
  });
  await hub.hook("pull_request", (payload) => payload.action === "ready_for_review");
  expect((await owner(`PUT ${AT}/pulls/${number}/merge`, {})).status).toBe(200);
});

test("merging makes a real merge commit, squashing one commit", async () => {
  const merged = await openPull("to-merge", { "e.txt": "1\n" });
  const squashed = await openPull("to-squash", { "f.txt": "1\n" });
  const stale = { sha: "0".repeat(40) };

  expect((await owner(`PUT ${AT}/pulls/${merged}/merge`, stale)).status).toBe(409);
  expect((await hub.as(tokens.stranger)(`PUT ${AT}/pulls/${merged}/merge`, {})).status).toBe(403);
  const first = await owner(`PUT ${AT}/pulls/${merged}/merge`, { merge_method: "merge" });
  const second = await owner(`PUT ${AT}/pulls/${squashed}/merge`, { merge_method: "squash" });
  await gitIn(work, "fetch", "-q", "origin");

  expect(first.body).toMatchObject({ merged: true });
  expect((await gitIn(work, "log", "-1", "--format=%H %s", "origin/main")).stdout).toBe(
    `${valueAt(second.body, "sha")} Add to-squash (#${squashed})`,
  );
  expect(
    (await gitIn(work, "rev-list", "--parents", "-1", String(valueAt(first.body, "sha")))).stdout.split(" "),
  ).toHaveLength(3);
  expect(await owner(`GET ${AT}/pulls/${merged}`)).toMatchObject({
    body: { merged: true, state: "closed", merged_by: { login: "octo" }, commits: 1 },
  });
  expect((await owner(`GET ${AT}/pulls/${merged}/merge`)).status).toBe(204);
  expect(
    await hub.hook("pull_request", (payload) => payload.action === "closed" && payload.number === merged),
  ).toMatchObject({ payload: { pull_request: { merged: true } } });
});

test("a conflict is seen and not merged", async () => {
  const number = await openPull("conflict-a", { "src/main.txt": "ours\n" });
  const other = await openPull("conflict-b", { "src/main.txt": "theirs\n" });
  await owner(`PUT ${AT}/pulls/${other}/merge`, {});

  expect(await owner(`GET ${AT}/pulls/${number}`)).toMatchObject({
    body: { mergeable: false, mergeable_state: "dirty" },
  });
  expect((await owner(`PUT ${AT}/pulls/${number}/merge`, {})).status).toBe(405);
});
