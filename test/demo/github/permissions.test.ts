import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type CheckedGitHub, startCheckedGitHub, valueAt } from "../../support/openapi-local-github.ts";
import { folderWith } from "./git-client.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
const tokens: Record<string, string> = {};
const ROLES = {
  reader: "read",
  triager: "triage",
  writer: "write",
  maintainer: "maintain",
  admin: "admin",
} as const;
let sha: string;

beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { enabled: false } });
  for (const login of ["octo", "stranger", ...Object.keys(ROLES)])
    tokens[login] = hub.github.addUser(login).token;
  tokens.public_only = hub.github.addUser("writer", { scopes: ["public_repo"] }).token;
  tokens.scopeless = hub.github.addUser("writer", { scopes: [] }).token;
  const from = await folderWith(hub.dir, "seed", { "README.md": "hello\n" });
  await hub.github.addRepository({ owner: "octo", name: "open", from, collaborators: ROLES });
  await hub.github.addRepository({ owner: "octo", name: "shut", from, collaborators: ROLES, private: true });
  const { installationId } = hub.github.install("octo", {
    permissions: { issues: "read", pull_requests: "write" },
  });
  tokens.app = await hub.installationToken(installationId);
  sha = String(valueAt((await hub.as(tokens.octo)("GET /repos/octo/open/commits/main")).body, "sha"));
  await hub.as(tokens.octo)("POST /repos/octo/open/issues", { title: "one" });
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

test.each([
  ["stranger", "POST /repos/octo/open/issues", { title: "t" }, 201],
  ["stranger", "POST /repos/octo/shut/issues", { title: "t" }, 404],
  ["reader", "POST /repos/octo/shut/issues", { title: "t" }, 201],
  ["stranger", "POST /repos/octo/open/issues/1/labels", { labels: ["a"] }, 403],
  ["triager", "POST /repos/octo/open/issues/1/labels", { labels: ["a"] }, 200],
  ["triager", "POST /repos/octo/open/statuses/SHA", { state: "success" }, 403],
  ["writer", "POST /repos/octo/open/statuses/SHA", { state: "success" }, 201],
  ["public_only", "POST /repos/octo/open/statuses/SHA", { state: "success" }, 201],
  ["public_only", "GET /repos/octo/shut", undefined, 404],
  ["scopeless", "POST /repos/octo/open/issues", { title: "t" }, 404],
  ["writer", "PATCH /repos/octo/open", { name: "opened" }, 403],
  ["writer", "POST /repos/octo/open/check-runs", { name: "x", head_sha: "SHA" }, 403],
  ["app", "GET /repos/octo/shut/issues", undefined, 200],
  ["app", "POST /repos/octo/shut/issues", { title: "t" }, 403],
  ["app", "POST /repos/octo/open/issues/1/comments", { body: "t" }, 403],
  ["app", "GET /repos/octo/shut/contents/README.md", undefined, 403],
  ["app", "GET /repos/octo/open/contents/README.md", undefined, 200],
  ["app", "POST /repos/octo/open/check-runs", { name: "x", head_sha: "SHA" }, 403],
  ["nobody", "GET /repos/octo/open/contents/README.md", undefined, 200],
  ["nobody", "POST /repos/octo/open/issues", { title: "t" }, 401],
  ["nobody", "GET /repos/octo/open/collaborators/writer/permission", undefined, 401],
  ["reader", "GET /repos/octo/open/collaborators/writer/permission", undefined, 403],
  ["writer", "GET /repos/octo/open/collaborators/nobody-at-all/permission", undefined, 404],
])("%s: %s", async (who, line, body, status) => {
  const text = JSON.stringify(body)?.replace("SHA", sha);

  const answer = await hub.as(tokens[who])(line.replace("SHA", sha), text);

  expect(answer.status).toBe(status);
});

test.each([
  ["octo", "admin", "admin"],
  ["admin", "admin", "admin"],
  ["maintainer", "write", "maintain"],
  ["writer", "write", "write"],
  ["triager", "read", "triage"],
  ["reader", "read", "read"],
  ["stranger", "read", "read"],
])("on a public repository %s has permission %s and role %s", async (login, permission, role_name) => {
  const answer = await hub.as(tokens.app)(`GET /repos/octo/open/collaborators/${login}/permission`);

  expect(answer).toMatchObject({ status: 200, body: { permission, role_name, user: { login } } });
});

test("on a private repository a stranger has none", async () => {
  const answer = await hub.as(tokens.app)("GET /repos/octo/shut/collaborators/stranger/permission");

  expect(answer).toMatchObject({ body: { permission: "none", role_name: "none" } });
});

test("a renamed repository is found under its old name by a redirect", async () => {
  await hub.github.addRepository({ owner: "octo", name: "before" });
  const id = valueAt((await hub.as(tokens.octo)("GET /repos/octo/before")).body, "id");

  const renamed = await hub.as(tokens.octo)("PATCH /repos/octo/before", { name: "after" });
  const old = await hub.as(tokens.octo)("GET /repos/octo/before/issues");

  expect(renamed).toMatchObject({ status: 200, body: { id, full_name: "octo/after" } });
  expect([old.status, old.headers.get("location")]).toEqual([
    301,
    `${hub.github.apiUrl}/repositories/${id}/issues`,
  ]);
  expect((await hub.as(tokens.octo)(`GET ${old.headers.get("location")}`)).status).toBe(200);
});
