import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type CheckedGitHub, startCheckedGitHub, valueAt } from "../../support/openapi-local-github.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let owner: string;
let stranger: string;
let bot: string;
const AT = "/repos/octo/hello";

beforeAll(async () => {
  hub = await startCheckedGitHub();
  owner = hub.github.addUser("octo").token;
  stranger = hub.github.addUser("stranger").token;
  await hub.github.addRepository({ owner: "octo", name: "hello" });
  bot = await hub.installationToken(hub.github.install("octo").installationId);
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

test("anyone may open an issue on a public repository, and the app is told", async () => {
  const issue = await hub.as(stranger)(`POST ${AT}/issues`, {
    title: "It breaks",
    body: "Really",
    labels: ["bug"],
  });

  expect(issue).toMatchObject({
    status: 201,
    body: { number: 1, labels: [], author_association: "NONE", user: { login: "stranger" } },
  });
  const told = await hub.hook("issues");
  expect(told).toMatchObject({
    signed: true,
    payload: { action: "opened", issue: { number: 1 }, sender: { login: "stranger" } },
  });
});

test("a comment by the app is its own, can be edited by it alone, and is told", async () => {
  const comment = await hub.as(bot)(`POST ${AT}/issues/1/comments`, { body: "On it" });
  const id = valueAt(comment.body, "id");

  expect(comment).toMatchObject({
    status: 201,
    body: { user: { login: "agentpr[bot]", type: "Bot" }, performed_via_github_app: { slug: "agentpr" } },
  });
  expect((await hub.as(stranger)(`PATCH ${AT}/issues/comments/${id}`, { body: "no" })).status).toBe(404);
  expect(await hub.as(bot)(`PATCH ${AT}/issues/comments/${id}`, { body: "Done" })).toMatchObject({
    status: 200,
    body: { body: "Done" },
  });
  await hub.hook("issue_comment", (payload) => payload.action === "edited");
  expect((await hub.as(bot)(`DELETE ${AT}/issues/comments/${id}`)).status).toBe(204);
  expect((await hub.as(bot)(`GET ${AT}/issues/comments/${id}`)).status).toBe(404);
  await hub.hook("issue_comment", (payload) => payload.action === "deleted");
});

test("an app may not touch another's comment", async () => {
  const comment = await hub.as(owner)(`POST ${AT}/issues/1/comments`, { body: "/agentpr run" });

  const answer = await hub.as(bot)(`PATCH ${AT}/issues/comments/${valueAt(comment.body, "id")}`, {
    body: "mine",
  });

  expect(answer).toMatchObject({ status: 403, body: { message: "Resource not accessible by integration" } });
});

test("the same reaction twice is one reaction", async () => {
  const comment = await hub.as(owner)(`POST ${AT}/issues/1/comments`, { body: "look" });
  const reactions = `${AT}/issues/comments/${valueAt(comment.body, "id")}/reactions`;

  const first = await hub.as(bot)(`POST ${reactions}`, { content: "eyes" });
  const second = await hub.as(bot)(`POST ${reactions}`, { content: "eyes" });

  expect([first.status, second.status]).toEqual([201, 200]);
  expect(valueAt((await hub.as()(`GET ${reactions}`)).body, "length")).toBe(1);
  expect((await hub.as(bot)(`POST ${reactions}`, { content: "applause" })).status).toBe(422);
  expect((await hub.as(bot)(`DELETE ${reactions}/${valueAt(first.body, "id")}`)).status).toBe(204);
  expect(valueAt((await hub.as()(`GET ${reactions}`)).body, "length")).toBe(0);
  expect((await hub.as(bot)(`POST ${AT}/issues/1/reactions`, { content: "rocket" })).status).toBe(201);
});

test("labels are added and removed by those who may triage", async () => {
  expect((await hub.as(stranger)(`POST ${AT}/issues/1/labels`, { labels: ["x"] })).status).toBe(403);
  expect(await hub.as(bot)(`POST ${AT}/issues/1/labels`, { labels: ["Help wanted"] })).toMatchObject({
    status: 200,
    body: [{ name: "Help wanted" }],
  });
  await hub.hook("issues", (payload) => payload.action === "labeled");
  expect(await hub.as(owner)(`DELETE ${AT}/issues/1/labels/Help%20wanted`)).toMatchObject({
    status: 200,
    body: [],
  });
  expect((await hub.as(owner)(`DELETE ${AT}/issues/1/labels/none`)).status).toBe(404);
});

test("an issue is edited, closed and reopened, each told once", async () => {
  await hub.as(stranger)(`PATCH ${AT}/issues/1`, { title: "It breaks often" });
  const closed = await hub.as(owner)(`PATCH ${AT}/issues/1`, {
    state: "closed",
    state_reason: "not_planned",
  });
  const reopened = await hub.as(owner)(`PATCH ${AT}/issues/1`, { state: "open" });

  expect(closed).toMatchObject({ body: { state: "closed", state_reason: "not_planned" } });
  expect(reopened).toMatchObject({ body: { state: "open", closed_at: null } });
  for (const action of ["edited", "closed", "reopened"])
    await hub.hook("issues", (payload) => payload.action === action);
});

test("lists come in pages with a Link header", async () => {
  for (let number = 0; number < 5; number += 1)
    await hub.as(owner)(`POST ${AT}/issues`, { title: `Number ${number}` });

  const first = await hub.as(owner)(`GET ${AT}/issues?per_page=2&state=all`);
  const links = first.headers.get("link") ?? "";
  const last = await hub.as(owner)(`GET ${/<([^>]+)>; rel="last"/.exec(links)?.[1]}`);

  expect(valueAt(first.body, "length")).toBe(2);
  expect(links).toMatch(/<[^>]+[?&]page=2[^>]*>; rel="next"/);
  expect(last.headers.get("link")).toMatch(/rel="prev"/);
  expect(last.body).toMatchObject([{ number: 2 }, { number: 1 }]);
});

test("an unchanged answer is 304 and costs nothing", async () => {
  const first = await hub.as(owner)(`GET ${AT}/issues/2`);
  const etag = first.headers.get("etag") ?? "";

  const again = await hub.as(owner)(`GET ${AT}/issues/2`, undefined, { "if-none-match": etag });

  expect([again.status, again.text]).toEqual([304, ""]);
  expect(again.headers.get("x-ratelimit-remaining")).toBe(first.headers.get("x-ratelimit-remaining"));
  await hub.as(owner)(`PATCH ${AT}/issues/2`, { title: "Changed" });
  expect((await hub.as(owner)(`GET ${AT}/issues/2`, undefined, { "if-none-match": etag })).status).toBe(200);
});

test.each([
  ["a missing title", `POST ${AT}/issues`, {}, 422],
  ["a body that is no JSON", `POST ${AT}/issues`, "{", 400],
  ["an unknown issue", `GET ${AT}/issues/999`, undefined, 404],
  ["a number that is none", `GET ${AT}/issues/x`, undefined, 404],
  ["an unknown route", "GET /repos/octo/hello/nonsense", undefined, 404],
  ["an empty comment", `POST ${AT}/issues/1/comments`, { body: "" }, 422],
  ["a comment that is too long", `POST ${AT}/issues/1/comments`, { body: "x".repeat(65_537) }, 422],
])("%s is refused", async (_title, line, body, status) => {
  const answer = await hub.as(owner)(line, body);

  expect(answer).toMatchObject({
    status,
    body: { message: expect.any(String), documentation_url: expect.any(String) },
  });
});

test("the pages escape what people write", async () => {
  await hub.as(owner)(`POST ${AT}/issues`, { title: "<script>alert(1)</script>", body: "<img src=x>" });

  const page = await (await fetch(`${hub.github.url}/octo/hello/issues/7`)).text();

  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<img");
});
