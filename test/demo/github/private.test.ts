import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type CheckedGitHub, startCheckedGitHub } from "../../support/openapi-local-github.ts";
import { folderWith, gitIn, remoteOf } from "./git-client.ts";

let hub: CheckedGitHub;
let from = "";
let octo = { id: 0, token: "" };
let cat = { id: 0, token: "" };

/** Two owners, each with a private repository and an installation of the app. */
beforeAll(async () => {
  hub = await startCheckedGitHub();
  from = await folderWith(hub.dir, "seed", { "README.md": "hello\n" });
  octo = await owner("octo");
  cat = await owner("cat");
});
afterAll(() => hub.stop());

async function owner(login: string) {
  const { token } = hub.github.addUser(login);
  await hub.github.addRepository({ owner: login, name: "secret", from, private: true });
  return { id: hub.github.install(login).installationId, token };
}

async function fetches(name: string, token?: string): Promise<string> {
  const answer = await gitIn(hub.dir, "ls-remote", remoteOf(hub.github.url, name, token));
  return answer.ok
    ? "read"
    : (/not found|Authentication failed|terminal prompts/i.exec(answer.stderr)?.[0] ?? "?");
}

test("git reads a private repository only with a token of its own installation that may read contents", async () => {
  const mine = await hub.installationToken(octo.id, {
    repositories: ["secret"],
    permissions: { contents: "read" },
  });
  const theirs = await hub.installationToken(cat.id);
  const weak = await hub.installationToken(octo.id, { permissions: { issues: "read" } });

  expect(await fetches("octo/secret", mine)).toBe("read");
  expect(await fetches("octo/secret", theirs)).toBe("not found");
  expect(await fetches("octo/secret", weak)).toBe("not found");
  expect(await fetches("cat/secret", mine)).toBe("not found");
  expect(await fetches("octo/secret", "ghs_wrong")).toBe("Authentication failed");
  expect(await fetches("octo/secret")).toBe("terminal prompts");
});

test("to another installation a private repository does not exist", async () => {
  const theirs = hub.as(await hub.installationToken(cat.id));

  expect((await theirs("GET /repos/octo/secret")).status).toBe(404);
  expect((await theirs("GET /repos/octo/secret/issues")).status).toBe(404);
  expect((await theirs("GET /repos/cat/secret")).status).toBe(200);
});

test("a suspended installation mints nothing, and its tokens are refused until it is let in again", async () => {
  const app = hub.as(hub.jwt());
  const token = await hub.installationToken(cat.id);
  const minting = `POST /app/installations/${cat.id}/access_tokens`;

  expect((await app(`PUT /app/installations/${cat.id}/suspended`)).status).toBe(204);
  expect(await app(minting)).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("suspended") },
  });
  expect((await hub.as(token)("GET /repos/cat/secret")).status).toBe(403);
  expect(await fetches("cat/secret", token)).not.toBe("read");
  expect((await app(`DELETE /app/installations/${cat.id}/suspended`)).status).toBe(204);
  expect((await hub.as(token)("GET /repos/cat/secret")).status).toBe(200);
});

test("an archived repository is read and not written", async () => {
  const call = hub.as(octo.token);
  await call("PATCH /repos/octo/secret", { archived: true });

  expect(await call("GET /repos/octo/secret")).toMatchObject({ body: { archived: true } });
  expect((await call("POST /repos/octo/secret/issues", { title: "x" })).status).toBe(403);
  expect(await fetches("octo/secret", octo.token)).toBe("read");
  await call("PATCH /repos/octo/secret", { archived: false });
  expect((await call("POST /repos/octo/secret/issues", { title: "x" })).status).toBe(201);
});

test("a transferred repository leaves its installation and keeps its id; a new one of its name is another", async () => {
  const call = hub.as(octo.token);
  const { id } = await hub.github.addRepository({ owner: "octo", name: "mover", from, private: true });
  const before = await hub.installationToken(octo.id);

  expect((await call("POST /repos/octo/mover/transfer", { new_owner: "cat" })).status).toBe(202);

  expect((await hub.as(before)("GET /repos/octo/mover")).status).toBe(404);
  expect(await hub.as(cat.token)("GET /repos/cat/mover")).toMatchObject({ body: { id } });
  const made = await hub.github.addRepository({ owner: "octo", name: "mover", from, private: true });
  expect(made.id).not.toBe(id);
  expect(await call("GET /repos/octo/mover")).toMatchObject({ body: { id: made.id } });
  expect(await hub.as(cat.token)("GET /repos/cat/mover")).toMatchObject({ body: { id } });
});
