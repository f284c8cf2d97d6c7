import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import {
  type Call,
  type CheckedGitHub,
  startCheckedGitHub,
  until,
  valueAt,
} from "../../support/openapi-local-github.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let owner: Call;
let app: Call;
const AT = "/repos/octo/hello";

beforeAll(async () => {
  hub = await startCheckedGitHub();
  owner = hub.as(hub.github.addUser("octo").token);
  app = hub.as(hub.jwt());
  await hub.github.addRepository({ owner: "octo", name: "hello" });
  await hub.github.addRepository({ owner: "octo", name: "outside" });
  hub.github.install("octo", { repositories: ["hello"], events: ["issues", "repository"] });
});

beforeEach(() => {
  hub.github.faults.clear();
  hub.answerHooksWith(200);
  hub.hooks.length = 0;
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

async function openIssue(title: string, at = AT): Promise<void> {
  expect((await owner(`POST ${at}/issues`, { title })).status).toBe(201);
}

function titled(title: string) {
  return (payload: Record<string, unknown>) => valueAt(payload, "issue.title") === title;
}

async function deliveryOf(title: string) {
  return await until(
    () =>
      [...hub.github.store.deliveries.values()]
        .reverse()
        .find((row) => row.payload.includes(`"title":"${title}"`)),
    `a delivery about ${title}`,
  );
}

test("a webhook is signed, typed and names its installation", async () => {
  await openIssue("signed");

  expect(await hub.hook("issues", titled("signed"))).toMatchObject({
    signed: true,
    guid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    payload: {
      installation: { id: expect.any(Number) },
      repository: { full_name: "octo/hello" },
      sender: { login: "octo" },
    },
  });
});

test("only repositories of the installation and events it wants are told", async () => {
  await openIssue("outside", "/repos/octo/outside");
  await owner(`POST ${AT}/issues/1/comments`, { body: "not subscribed" });
  await openIssue("last");

  await hub.hook("issues", titled("last"));

  expect(hub.hooks).toHaveLength(1);
});

test("a failure is kept, never retried, and redelivered with the same GUID when asked", async () => {
  hub.answerHooksWith(500);
  await openIssue("fails first");
  const first = await hub.hook("issues", titled("fails first"));
  const failed = await deliveryOf("fails first");
  expect(await app("GET /app/hook/deliveries?per_page=1")).toMatchObject({
    body: [{ id: failed.id, guid: first.guid, status_code: 500, redelivery: false }],
  });

  hub.answerHooksWith(200);
  hub.hooks.length = 0;
  expect((await app(`POST /app/hook/deliveries/${failed.id}/attempts`)).status).toBe(202);
  const second = await hub.hook("issues");

  expect(second).toMatchObject({ guid: first.guid, payload: first.payload, signed: true });
  const again = await until(
    () => [...hub.github.store.deliveries.values()].find((row) => row.redelivery),
    "the redelivery",
  );
  expect(await app(`GET /app/hook/deliveries/${again.id}`)).toMatchObject({
    body: {
      guid: first.guid,
      redelivery: true,
      status_code: 200,
      request: { payload: { action: "opened" } },
    },
  });
});

test("a dropped webhook is a failed delivery that can be asked for again", async () => {
  hub.github.faults.add({ webhook: "issues.opened", kind: "drop" });
  await openIssue("dropped");
  const lost = await deliveryOf("dropped");

  expect([hub.hooks.length, lost.statusCode]).toEqual([0, 502]);
  await app(`POST /app/hook/deliveries/${lost.id}/attempts`);
  expect(await hub.hook("issues")).toMatchObject({ guid: lost.guid });
});

test("a duplicate has one GUID", async () => {
  hub.github.faults.add({ webhook: "issues", kind: "duplicate" });
  await openIssue("twice");

  await until(() => hub.hooks.length === 2, "both");

  expect(hub.hooks[0]?.guid).toBe(hub.hooks[1]?.guid);
});

test("two webhooks can come in the wrong order", async () => {
  hub.github.faults.add({ webhook: "issues", kind: "after-next" });
  await openIssue("early");
  await openIssue("late");

  await until(() => hub.hooks.length === 2, "both");

  expect(hub.hooks.map((hook) => valueAt(hook.payload, "issue.title"))).toEqual(["late", "early"]);
});

test("a delayed webhook comes after a quicker one", async () => {
  hub.github.faults.add({ webhook: "issues", kind: "delay", ms: 200 });
  await openIssue("slow");
  await openIssue("quick");

  await until(() => hub.hooks.length === 2, "both");

  expect(hub.hooks.map((hook) => valueAt(hook.payload, "issue.title"))).toEqual(["quick", "slow"]);
});

test("deliveries are paged by cursor, newest first", async () => {
  const first = await app("GET /app/hook/deliveries?per_page=2");
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1];
  const second = await app(`GET ${next}`);

  const ids = [...(first.body as { id: number }[]), ...(second.body as { id: number }[])].map(
    (row) => row.id,
  );
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(new Set(ids).size).toBe(4);
  expect((await app("GET /app/hook/config")).status).toBe(200);
});

test("a rename is told", async () => {
  await owner("PATCH /repos/octo/hello", { name: "renamed" });
  expect(await hub.hook("repository")).toMatchObject({
    payload: { action: "renamed", changes: { repository: { name: { from: "hello" } } } },
  });
  await owner("PATCH /repos/octo/renamed", { name: "hello" });
});

test("what an installation reaches can change and end, each time told", async () => {
  const second = hub.as(hub.github.addUser("second").token);
  await hub.github.addRepository({ owner: "second", name: "one" });
  await hub.github.addRepository({ owner: "second", name: "two" });
  const told = (event: string, action: string) => hub.hook(event, (payload) => payload.action === action);

  const { installationId } = hub.github.install("second", { repositories: ["one"], events: ["repository"] });
  expect(await told("installation", "created")).toMatchObject({
    payload: { repositories: [{ full_name: "second/one" }] },
  });
  const token = await hub.installationToken(installationId);
  expect(hub.github.install("second", { repositories: ["two"], events: ["repository"] })).toEqual({
    installationId,
  });
  expect(await told("installation_repositories", "added")).toMatchObject({
    payload: { repositories_added: [{ full_name: "second/two" }] },
  });
  await told("installation_repositories", "removed");

  expect((await second("DELETE /repos/second/two")).status).toBe(204);
  expect(await told("repository", "deleted")).toMatchObject({ payload: { repository: { name: "two" } } });
  expect((await second("GET /repos/second/two")).status).toBe(404);

  expect((await app(`DELETE /app/installations/${installationId}`)).status).toBe(204);
  await told("installation", "deleted");
  expect((await hub.as(token)("GET /repos/second/one")).status).toBe(401);
});
