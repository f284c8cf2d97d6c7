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
