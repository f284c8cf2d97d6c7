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

test("reviews: nobody approves their own, approval and dismissal are told", async () => {
  const number = await openPull("reviewed", { "b.txt": "1\n" });
  const reviews = `${AT}/pulls/${number}/reviews`;

  expect((await bot(`POST ${reviews}`, { event: "APPROVE" })).status).toBe(422);
  expect((await hub.as(tokens.stranger)(`POST ${reviews}`, { event: "REQUEST_CHANGES" })).status).toBe(422);
  const review = await hub.as(tokens.reviewer)(`POST ${reviews}`, {
    event: "REQUEST_CHANGES",
    body: "No",
    comments: [{ path: "b.txt", line: 1, body: "why?" }],
  });
  expect(review).toMatchObject({
    status: 200,
    body: { state: "CHANGES_REQUESTED", author_association: "COLLABORATOR" },
  });
  const id = valueAt(review.body, "id");
  expect(await hub.hook("pull_request_review")).toMatchObject({
    payload: { review: { state: "changes_requested" } },
  });
  expect(await owner(`GET ${reviews}/${id}/comments`)).toMatchObject({
    body: [{ path: "b.txt", body: "why?" }],
  });
  expect(await owner(`PUT ${reviews}/${id}/dismissals`, { message: "settled" })).toMatchObject({
    body: { state: "DISMISSED" },
  });
  await hub.hook("pull_request_review", (payload) => payload.action === "dismissed");
  expect(await owner(`GET ${reviews}`)).toMatchObject({ body: [{ state: "DISMISSED" }] });
});

test("review comments have threads", async () => {
  const number = await openPull("threads", { "c.txt": "1\n2\n" });
  const { sha } = { sha: String(valueAt((await owner(`GET ${AT}/pulls/${number}`)).body, "head.sha")) };
  const at = { commit_id: sha, path: "c.txt", line: 2 };

  const first = await hub.as(tokens.reviewer)(`POST ${AT}/pulls/${number}/comments`, { ...at, body: "hm" });
  const reply = await bot(`POST ${AT}/pulls/${number}/comments/${valueAt(first.body, "id")}/replies`, {
    body: "fixed",
  });
  const outside = await bot(`POST ${AT}/pulls/${number}/comments`, { ...at, path: "README.md", body: "x" });

  expect(first).toMatchObject({ status: 201, body: { line: 2, path: "c.txt" } });
  expect(reply).toMatchObject({ status: 201, body: { in_reply_to_id: valueAt(first.body, "id") } });
  expect(outside.status).toBe(422);
  expect(valueAt((await owner(`GET ${AT}/pulls/${number}/comments`)).body, "length")).toBe(2);
  expect(
    (await bot(`POST ${AT}/pulls/comments/${valueAt(first.body, "id")}/reactions`, { content: "+1" })).status,
  ).toBe(201);
  await hub.hook("pull_request_review_comment");
  await resolveOnlyThread(number);
});

async function resolveOnlyThread(number: number): Promise<void> {
  const query =
    "query($owner:String!,$name:String!,$number:Int!){repository(owner:$owner,name:$name){pullRequest(number:$number){reviewThreads(first:100){nodes{id isResolved}}}}}";
  const threads = await bot(`POST ${hub.github.url}/api/graphql`, {
    query,
    variables: { owner: "octo", name: "hello", number },
  });
  const nodes = valueAt(threads.body, "data.repository.pullRequest.reviewThreads.nodes");
  expect(nodes).toMatchObject([
    { isResolved: false, path: "c.txt", comments: { nodes: [{ body: "hm" }, { body: "fixed" }] } },
  ]);
  const mutation =
    "mutation($threadId:ID!){resolveReviewThread(input:{threadId:$threadId}){thread{id isResolved}}}";
  const resolved = await bot(`POST ${hub.github.url}/api/graphql`, {
    query: mutation,
    variables: { threadId: valueAt(nodes, "0.id") },
  });
  expect(valueAt(resolved.body, "data.resolveReviewThread.thread")).toMatchObject({ isResolved: true });
}

test("reviewers are asked if they are collaborators", async () => {
  const number = await openPull("asking", { "h.txt": "1\n" });

  expect(
    (await bot(`POST ${AT}/pulls/${number}/requested_reviewers`, { reviewers: ["stranger"] })).status,
  ).toBe(422);
  expect(
    await bot(`POST ${AT}/pulls/${number}/requested_reviewers`, { reviewers: ["reviewer"] }),
  ).toMatchObject({ status: 201 });
  expect(await bot(`GET ${AT}/pulls/${number}/requested_reviewers`)).toMatchObject({
    body: { users: [{ login: "reviewer" }] },
  });
});
