import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type CheckedGitHub, startCheckedGitHub } from "../../support/openapi-local-github.ts";
import { clone, folderWith, gitIn, pushFiles, remoteOf } from "./git-client.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
const tokens: Record<string, string> = {};
const WORKFLOW = { ".github/workflows/evil.yml": "on: push\njobs: {}\n" };

beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { enabled: false } });
  for (const login of ["octo", "writer", "stranger"]) tokens[login] = hub.github.addUser(login).token;
  tokens.no_workflow = hub.github.addUser("writer", { scopes: ["repo"] }).token;
  const from = await folderWith(hub.dir, "seed", { "README.md": "hello\n" });
  for (const name of ["open", "shut"]) {
    await hub.github.addRepository({
      owner: "octo",
      name,
      from,
      private: name === "shut",
      collaborators: { writer: "write" },
    });
  }
  const { installationId } = hub.github.install("octo");
  tokens.app = await hub.installationToken(installationId);
  tokens.reading = await hub.installationToken(installationId, { permissions: { contents: "read" } });
  tokens.elsewhere = await hub.installationToken(installationId, { repositories: ["open"] });
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

test.each([
  ["nobody", "octo/open", true],
  ["nobody", "octo/shut", false],
  ["stranger", "octo/open", true],
  ["stranger", "octo/shut", false],
  ["writer", "octo/shut", true],
  ["reading", "octo/shut", true],
  ["elsewhere", "octo/shut", false],
  ["app", "OCTO/Shut", true],
])("%s fetches %s: %s", async (who, name, ok) => {
  expect((await gitIn(hub.dir, "ls-remote", remoteOf(hub.github.url, name, tokens[who]))).ok).toBe(ok);
});

test.each([
  ["nobody", "octo/open", false],
  ["stranger", "octo/open", false],
  ["writer", "octo/shut", true],
  ["app", "octo/open", true],
  ["reading", "octo/open", false],
  ["elsewhere", "octo/shut", false],
])("%s pushes to %s: %s", async (who, name, ok) => {
  const work = await clone(hub.dir, remoteOf(hub.github.url, name, tokens.octo), `push-${who}`);
  await gitIn(work, "remote", "set-url", "origin", remoteOf(hub.github.url, name, tokens[who]));

  const { pushed } = await pushFiles(work, { branch: `by-${who}`, files: { [`${who}.txt`]: "x" } });

  expect(pushed.ok).toBe(ok);
  const ref = await hub.as(tokens.octo)(`GET /repos/${name}/git/ref/heads/by-${who}`);
  expect(ref.status).toBe(ok ? 200 : 404);
});

test.each([
  ["an app without the permission", "app", false],
  ["a person without the scope", "no_workflow", false],
  ["a person with the scope", "writer", true],
])("a workflow file pushed by %s", async (_title, who, ok) => {
  const work = await clone(hub.dir, remoteOf(hub.github.url, "octo/open", tokens[who]), `workflow-${who}`);
  await pushFiles(work, { branch: `harmless-${who}`, files: { "x.txt": who } });

  const { pushed } = await pushFiles(work, { branch: `workflow-${who}`, files: WORKFLOW });

  expect(pushed.ok).toBe(ok);
  if (!ok) expect(pushed.stderr).toContain("refusing to allow");
});

test("an app may push other files on top of workflows that are there already", async () => {
  const work = await clone(hub.dir, remoteOf(hub.github.url, "octo/open", tokens.app), "on-top");
  await gitIn(work, "checkout", "-q", "origin/workflow-writer");

  const { pushed } = await pushFiles(work, { branch: "on-top", files: { "y.txt": "y" } });

  expect(pushed).toMatchObject({ ok: true });
});

test("any commit can be fetched by its sha, also one that no branch holds any more", async () => {
  const work = await clone(hub.dir, remoteOf(hub.github.url, "octo/open", tokens.octo), "by-sha");
  const { sha } = await pushFiles(work, { branch: "short-lived", files: { "z.txt": "z" } });
  await gitIn(work, "push", "-q", "origin", ":short-lived");

  const empty = await folderWith(hub.dir, "fetcher", { x: "" });
  await gitIn(empty, "init", "-q");
  const fetched = await gitIn(empty, "fetch", "-q", "--depth=1", remoteOf(hub.github.url, "octo/open"), sha);

  expect(fetched).toMatchObject({ ok: true });
});

test("a force push is told as forced, a deletion as deleted", async () => {
  const work = await clone(hub.dir, remoteOf(hub.github.url, "octo/open", tokens.octo), "forcing");
  const { sha: before } = await pushFiles(work, { branch: "forced", files: { "1.txt": "1" } });
  await gitIn(work, "commit", "-q", "--amend", "-m", "Other");
  await gitIn(work, "push", "-q", "--force", "origin", "forced");
  await gitIn(work, "push", "-q", "origin", ":forced");

  expect(
    await hub.hook("push", (payload) => payload.before === before && payload.forced === true),
  ).toMatchObject({
    payload: { ref: "refs/heads/forced", commits: [{ added: ["1.txt"] }], pusher: { name: "octo" } },
  });
  expect(
    await hub.hook("push", (payload) => payload.ref === "refs/heads/forced" && payload.deleted === true),
  ).toMatchObject({ payload: { head_commit: null } });
});

test("a zipped request body and a wrong token are handled as git expects", async () => {
  const remote = `${hub.github.url}/octo/open.git`;
  const body = gzipSync("0014command=ls-refs\n0000");
  const headers = {
    "content-type": "application/x-git-upload-pack-request",
    "content-encoding": "gzip",
    "git-protocol": "version=2",
  };

  const listed = await fetch(`${remote}/git-upload-pack`, { method: "POST", headers, body });
  const refused = await fetch(`${remote}/info/refs?service=git-upload-pack`, {
    headers: { authorization: `Basic ${btoa("x-access-token:wrong")}` },
  });

  expect(await listed.text()).toContain("refs/heads/main");
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="GitHub"']);
});

test("nobody writes to pull request refs, and paths do not leave the repositories", async () => {
  const work = await clone(hub.dir, remoteOf(hub.github.url, "octo/open", tokens.octo), "sly");

  expect((await gitIn(work, "push", "-q", "origin", "HEAD:refs/pull/1/head")).ok).toBe(false);
  expect((await fetch(`${hub.github.url}/octo/open.git/..%2f..%2f..%2fhooks%2fpre-receive`)).status).toBe(
    404,
  );
});
