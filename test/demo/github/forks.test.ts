import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type CheckedGitHub, startCheckedGitHub, valueAt } from "../../support/openapi-local-github.ts";
import { clone, folderWith, pushFiles, remoteOf } from "./git-client.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { enabled: false } });
  for (const login of ["octo", "stranger"]) tokens[login] = hub.github.addUser(login).token;
  const from = await folderWith(hub.dir, "seed", { "README.md": "hello\n" });
  await hub.github.addRepository({ owner: "octo", name: "open", from });
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

test("asking for a fork twice at once gives one", async () => {
  const ask = () => hub.as(tokens.octo)("POST /repos/octo/open/forks", { organization: "crowd" });
  hub.github.addUser("crowd", { type: "Organization" });

  const [one, other] = await Promise.all([ask(), ask()]);

  expect(valueAt(one?.body, "id")).toBe(valueAt(other?.body, "id"));
  expect((await hub.as(tokens.octo)("POST /repos/octo/open/forks", {})).status).toBe(403);
});

test("a fork is a copy, opens a pull request upstream and follows it", async () => {
  const upstream = "/repos/octo/open";
  const stranger = hub.as(tokens.stranger);
  const forked = await stranger(`POST ${upstream}/forks`, {});
  expect(forked).toMatchObject({
    status: 202,
    body: { full_name: "stranger/open", fork: true, parent: { full_name: "octo/open" } },
  });
  expect((await stranger(`POST ${upstream}/forks`, {})).body).toMatchObject({
    id: valueAt(forked.body, "id"),
  });

  const work = await clone(hub.dir, remoteOf(hub.github.url, "stranger/open", tokens.stranger), "fork");
  const { sha } = await pushFiles(work, { branch: "offer", files: { "offer.txt": "1" } });
  const pull = await stranger(`POST ${upstream}/pulls`, {
    title: "Offer",
    head: "stranger:offer",
    base: "main",
  });
  expect(pull).toMatchObject({
    status: 201,
    body: {
      head: { sha, label: "stranger:offer", repo: { full_name: "stranger/open" } },
      author_association: "NONE",
      maintainer_can_modify: true,
    },
  });
  const number = valueAt(pull.body, "number");
  const next = await pushFiles(work, { branch: "offer", files: { "offer.txt": "2" } });
  expect(await stranger(`GET ${upstream}/pulls/${number}`)).toMatchObject({
    body: { head: { sha: next.sha }, mergeable: true },
  });
  expect((await stranger(`PUT ${upstream}/pulls/${number}/merge`, {})).status).toBe(403);
  expect(
    (await hub.as(tokens.octo)(`PUT ${upstream}/pulls/${number}/merge`, { merge_method: "squash" })).status,
  ).toBe(200);

  const synced = await stranger("POST /repos/stranger/open/merge-upstream", { branch: "main" });

  expect(synced).toMatchObject({ status: 200, body: { merge_type: "fast-forward" } });
  expect(await stranger("GET /repos/stranger/open/contents/offer.txt")).toMatchObject({ status: 200 });
  expect(await stranger(`GET ${upstream}/issues/${number}`)).toMatchObject({
    body: { author_association: "CONTRIBUTOR" },
  });
});

test("on an organisation's fork maintainers cannot be let in", async () => {
  const org = hub.github.addUser("guild", { type: "Organization" });
  await hub.as(org.token)("POST /repos/octo/open/forks", {});
  const work = await clone(hub.dir, remoteOf(hub.github.url, "guild/open", org.token), "guild");
  await pushFiles(work, { branch: "gift", files: { "gift.txt": "1" } });
  const gift = { title: "Gift", head: "guild:gift", base: "main" };

  const refused = await hub.as(org.token)("POST /repos/octo/open/pulls", {
    ...gift,
    maintainer_can_modify: true,
  });
  const taken = await hub.as(org.token)("POST /repos/octo/open/pulls", {
    ...gift,
    maintainer_can_modify: false,
  });

  expect([refused.status, taken.status]).toEqual([422, 201]);
  expect(refused.text).toContain("fork_collab");
});

test("many pull requests are answered in one query, and one that is not there is null with an error", async () => {
  const asks = (at: number) =>
    `p${at}: repository(owner: $o${at}, name: $n${at}) { pullRequest(number: $k${at}) { state } }`;
  const query = `query pullNews($o0: String!) { ${asks(0)} ${asks(1)} }`;
  const [number] = [...hub.github.store.issues.values()].flatMap((row) => (row.pull ? [row.number] : []));
  const variables = { o0: "octo", n0: "open", k0: number, o1: "octo", n1: "open", k1: 9_999 };

  const answer = await fetch(`${hub.github.url}/api/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.stranger}` },
    body: JSON.stringify({ query, variables }),
  });

  expect(await answer.json()).toMatchObject({
    data: { p0: { pullRequest: { headRefOid: expect.stringMatching(/^[0-9a-f]{40}$/) } }, p1: null },
    errors: [{ type: "NOT_FOUND", path: ["p1"] }],
  });
});

test("a branch of a fork is compared with its original", async () => {
  const stranger = hub.as(tokens.stranger);

  expect(await stranger("GET /repos/stranger/open/compare/octo:main...main")).toMatchObject({
    status: 200,
    body: { status: "identical" },
  });
  expect((await stranger("GET /repos/stranger/open/compare/nobody:main...main")).status).toBe(404);
});

test("a fine-grained token names no scopes and offers nothing to others", async () => {
  const { token } = hub.github.addUser("careful", { scopes: "fine-grained" });
  const user = await fetch(`${hub.github.apiUrl}/user`, { headers: { authorization: `Bearer ${token}` } });

  expect(user.headers.get("x-oauth-scopes")).toBeNull();
  expect((await hub.as(token)("POST /repos/octo/open/forks", {})).status).toBe(403);
});
