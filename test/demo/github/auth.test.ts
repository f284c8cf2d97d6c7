import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type CheckedGitHub, startCheckedGitHub, valueAt } from "../../support/openapi-local-github.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let now = Date.now();
let installationId: number;
let helloId: number;
const SECONDS = () => Math.floor(now / 1000);

beforeAll(async () => {
  hub = await startCheckedGitHub({ now: () => now });
  hub.github.addUser("octo");
  helloId = (await hub.github.addRepository({ owner: "octo", name: "hello", private: true })).id;
  await hub.github.addRepository({ owner: "octo", name: "other", private: true });
  await hub.github.addRepository({ owner: "octo", name: "outside", private: true });
  installationId = hub.github.install("octo", {
    repositories: ["hello", "other"],
    permissions: { issues: "write", contents: "read", checks: "write" },
  }).installationId;
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

test("an app signs in with its key", async () => {
  expect(await hub.as(hub.jwt())("GET /app")).toMatchObject({ status: 200, body: { slug: "agentpr" } });
  expect(await hub.as(hub.jwt())("GET /app/installations")).toMatchObject({
    status: 200,
    body: [{ id: installationId }],
  });
  expect((await hub.as(hub.jwt())(`GET /app/installations/${installationId}`)).status).toBe(200);
  expect(await hub.as(hub.jwt())("GET /repos/octo/hello/installation")).toMatchObject({
    body: { id: installationId },
  });
  expect((await hub.as(hub.jwt())("GET /repos/octo/outside/installation")).status).toBe(404);
});

test.each([
  [
    "another's key",
    () => ({
      key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
        type: "pkcs1",
        format: "pem",
      }),
    }),
  ],
  ["another app's id", () => ({ iss: 7 })],
  ["an expiry in the past", () => ({ exp: SECONDS() - 10 })],
  ["an expiry more than ten minutes ahead", () => ({ exp: SECONDS() + 900 })],
  ["an issue time in the future", () => ({ iat: SECONDS() + 300 })],
])("%s is refused", async (_title, claims) => {
  expect(await hub.as(hub.jwt(claims()))("GET /app")).toMatchObject({
    status: 401,
    body: { message: expect.any(String) },
  });
});

test("a token is narrowed to the repositories and permissions asked for", async () => {
  const minted = await hub.as(hub.jwt())(`POST /app/installations/${installationId}/access_tokens`, {
    repositories: ["hello"],
    permissions: { issues: "read" },
  });
  const call = hub.as(String(valueAt(minted.body, "token")));

  expect(minted).toMatchObject({
    status: 201,
    body: {
      repository_selection: "selected",
      permissions: { issues: "read", metadata: "read" },
      repositories: [{ name: "hello" }],
    },
  });
  expect((await call("GET /repos/octo/hello/issues")).status).toBe(200);
  expect((await call("POST /repos/octo/hello/issues", { title: "x" })).status).toBe(403);
  expect((await call("GET /repos/octo/hello/branches")).status).toBe(403);
  expect((await call("GET /repos/octo/other/issues")).status).toBe(404);
  expect(await call("GET /installation/repositories")).toMatchObject({
    body: { total_count: 1, repositories: [{ name: "hello" }] },
  });
});

test.each([
  ["a permission the installation lacks", { permissions: { pull_requests: "write" } }],
  ["more than the installation has", { permissions: { contents: "write" } }],
  ["a repository outside the installation", { repositories: ["outside"] }],
  ["an unknown repository", { repository_ids: [1] }],
])("no token is minted for %s", async (_title, asked) => {
  expect(
    (await hub.as(hub.jwt())(`POST /app/installations/${installationId}/access_tokens`, asked)).status,
  ).toBe(422);
});

test("a token by repository id works as one by name", async () => {
  const token = await hub.installationToken(installationId, { repository_ids: [helloId] });

  expect((await hub.as(token)("GET /repos/octo/hello")).status).toBe(200);
  expect(await hub.as(token)(`GET /repositories/${helloId}`)).toMatchObject({
    body: { full_name: "octo/hello" },
  });
});

test("a revoked token is worth nothing", async () => {
  const token = await hub.installationToken(installationId);

  expect((await hub.as(token)("DELETE /installation/token")).status).toBe(204);
  expect(await hub.as(token)("GET /repos/octo/hello")).toMatchObject({
    status: 401,
    body: { message: "Bad credentials" },
  });
});

test("a token dies after an hour", async () => {
  const token = await hub.installationToken(installationId);
  expect((await hub.as(token)("GET /repos/octo/hello")).status).toBe(200);

  now += 3_600_001;

  expect((await hub.as(token)("GET /repos/octo/hello")).status).toBe(401);
  now -= 3_600_001;
});

test("nobody and nonsense are told apart", async () => {
  expect((await hub.as()("GET /repos/octo/hello")).status).toBe(404);
  expect((await hub.as("ghp_nonsense")("GET /repos/octo/hello")).status).toBe(401);
  expect((await hub.as()("GET /user")).status).toBe(401);
  expect(await hub.as()("GET /users/octo")).toMatchObject({
    status: 200,
    body: { login: "octo", type: "User" },
  });
  expect((await hub.as()("GET /meta")).status).toBe(200);
  expect((await hub.as()("GET /rate_limit")).status).toBe(200);
});

test("every call is counted by who made it and what it did", async () => {
  const before = hub.github.calls().length;
  const token = await hub.installationToken(installationId);
  await hub.as(token)("POST /repos/octo/hello/issues", { title: "count me" });

  expect(hub.github.calls().slice(before)).toMatchObject([
    {
      actor: "app",
      category: "mint",
      status: 201,
      template: "/app/installations/{installation_id}/access_tokens",
    },
    {
      actor: "installation",
      category: "creation",
      status: 201,
      template: "/repos/{owner}/{repo}/issues",
      login: "agentpr[bot]",
    },
  ]);
});
