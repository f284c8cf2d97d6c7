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

test("a pull request shows what git knows", async () => {
  const number = await openPull("first", { "src/new.txt": "x\n", "src/main.txt": "one\n2\nthree\n" });

  const pull = await owner(`GET ${AT}/pulls/${number}`);
  const files = await owner(`GET ${AT}/pulls/${number}/files`);
  const commits = await owner(`GET ${AT}/pulls/${number}/commits`);
  const diff = await owner(`GET ${AT}/pulls/${number}`, undefined, { accept: "application/vnd.github.diff" });

  expect(pull.body).toMatchObject({
    mergeable: true,
    mergeable_state: "clean",
    commits: 1,
    additions: 2,
    deletions: 1,
    changed_files: 2,
    user: { login: "agentpr[bot]" },
  });
  expect(files.body).toMatchObject([
    { filename: "src/main.txt", status: "modified", patch: expect.stringContaining("+2") },
    { filename: "src/new.txt", status: "added" },
  ]);
  expect(commits.body).toMatchObject([{ commit: { message: "Change" } }]);
  expect(diff.text).toContain("diff --git a/src/main.txt");
  expect(await hub.hook("pull_request")).toMatchObject({
    payload: { action: "opened", pull_request: { mergeable: null } },
  });
});

test("a push moves the head and says so", async () => {
  const number = await openPull("moving", { "a.txt": "1\n" });

  const { sha } = await pushFiles(work, { branch: "moving", files: { "a.txt": "2\n" } });

  expect(await owner(`GET ${AT}/pulls/${number}`)).toMatchObject({ body: { head: { sha }, commits: 2 } });
  const told = await hub.hook("pull_request", (payload) => payload.action === "synchronize");
  expect(told.payload).toMatchObject({ after: sha, number });
  await hub.hook("push", (payload) => payload.after === sha);
});

test.each([
  ["the same head twice", { head: "first", base: "main" }, /already exists for octo:first/],
  ["a head that does not exist", { head: "nowhere", base: "main" }, /Validation Failed/],
  ["a base that does not exist", { head: "first", base: "nowhere" }, /Validation Failed/],
  ["no commits between", { head: "main", base: "main" }, /No commits between main and main/],
])("%s is refused with 422", async (_title, sides, text) => {
  const answer = await bot(`POST ${AT}/pulls`, { title: "again", ...sides });

  expect(answer.status).toBe(422);
  expect(answer.text).toMatch(text);
});

test("lists filter by state, base and head", async () => {
  expect(await owner(`GET ${AT}/pulls?head=octo:first`)).toMatchObject({
    body: [{ head: { ref: "first" } }],
  });
  expect((await owner(`GET ${AT}/pulls?base=other`)).body).toEqual([]);
  expect((await owner(`GET ${AT}/pulls?state=closed`)).body).toEqual([]);
});

test("of many requests for one head one is opened", async () => {
  await openPull("other-head", { "0.txt": "0\n" });
  await gitIn(work, "checkout", "-q", "--detach", "origin/main");
  await pushFiles(work, { branch: "raced", files: { "raced.txt": "1\n" } });
  const ask = () => bot(`POST ${AT}/pulls`, { title: "Raced", head: "raced", base: "main" });

  const answers = await Promise.all([ask(), ask(), ask()]);

  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422, 422]);
});

test("an edit, a close, a reopen and a deleted branch are each told", async () => {
  const number = await openPull("handled", { "g.txt": "1\n" });
  await bot(`PATCH ${AT}/pulls/${number}`, { title: "Better", body: "now" });
  await bot(`PATCH ${AT}/pulls/${number}`, { state: "closed" });
  await bot(`PATCH ${AT}/pulls/${number}`, { state: "open" });
  for (const action of ["edited", "closed", "reopened"])
    await hub.hook("pull_request", (payload) => payload.action === action && payload.number === number);

  expect((await bot(`DELETE ${AT}/git/refs/heads/handled`)).status).toBe(204);

  expect(await owner(`GET ${AT}/pulls/${number}`)).toMatchObject({
    body: { state: "closed", merged: false },
  });
  expect((await bot(`PATCH ${AT}/pulls/${number}`, { state: "open" })).status).toBe(422);
  expect((await owner(`GET ${AT}/git/ref/heads/handled`)).status).toBe(404);
});

test("files, branches, commits and comparisons are read from git", async () => {
  expect(await owner(`GET ${AT}/contents/README.md`)).toMatchObject({
    body: { type: "file", encoding: "base64", content: "aGVsbG8K\n" },
  });
  expect(
    (await owner(`GET ${AT}/contents/README.md`, undefined, { accept: "application/vnd.github.raw+json" }))
      .text,
  ).toBe("hello\n");
  expect(await owner(`GET ${AT}/contents/src?ref=first`)).toMatchObject({
    body: [{ name: "main.txt" }, { name: "new.txt" }],
  });
  expect((await owner(`GET ${AT}/contents/nothing`)).status).toBe(404);
  expect((await owner(`GET ${AT}/branches`)).status).toBe(200);
  expect(await owner(`GET ${AT}/branches/main`)).toMatchObject({ body: { name: "main", protected: false } });
  expect((await owner(`GET ${AT}/rules/branches/main`)).body).toEqual([]);
  expect(await owner(`GET ${AT}/compare/main...first`)).toMatchObject({
    body: { status: "ahead", ahead_by: 1, files: [{}, {}] },
  });
  expect(await owner(`GET ${AT}/git/ref/heads/first`)).toMatchObject({ body: { ref: "refs/heads/first" } });
  expect(await owner(`GET ${AT}/git/matching-refs/heads/fir`)).toMatchObject({
    body: [{ ref: "refs/heads/first" }],
  });
  const sha = valueAt((await owner(`GET ${AT}/commits/first`)).body, "sha");
  expect((await owner(`GET ${AT}/git/commits/${sha}`)).status).toBe(200);
  expect((await owner(`GET ${AT}/commits?sha=first`)).status).toBe(200);
});
