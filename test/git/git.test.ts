import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { git, gitArguments, gitEnvironment, gitStream } from "../../src/git/git.ts";
import { failureKind } from "../../src/git/git-failure.ts";
import { readRemoteHead } from "../../src/git/remote-head.ts";
import { serveGit } from "../support/git-http.ts";
import { makeRepository, temporaryFolder } from "../support/git-repository.ts";

const { signal } = new AbortController();

test("neither the user's nor the machine's settings reach git", async () => {
  using folder = temporaryFolder();

  const listed = await git({ args: ["config", "--list", "--show-scope"], home: folder.path, signal });

  const scopes = listed.ok ? listed.value.split("\n").map((line) => line.split("\t")[0]) : [];
  expect(new Set(scopes)).toEqual(new Set(["command"]));
});

test("no variable of this process is handed on but a few that name places", () => {
  const call = { args: [], home: "/h", signal, remote: { url: "https://example.org/a", token: "tok" } };

  const foreign = Object.keys(gitEnvironment(call)).filter(
    (name) => !/^(GIT_|AGENTPR_GIT_|HOME|XDG_|LC_ALL|PATH|TMPDIR|SSL_)/.test(name),
  );

  expect(foreign.filter((name) => !/_proxy$/i.test(name))).toEqual([]);
});

test("other transports than HTTP are shut unless an own repository is read", () => {
  expect(gitArguments({ args: [] })).not.toContain("protocol.file.allow=always");
  expect(gitArguments({ args: [], local: true })).toContain("protocol.file.allow=always");
  expect(gitArguments({ args: [] })).toContain("protocol.allow=never");
});

test.each([
  ["fatal: Authentication failed for 'https://x/'", "auth"],
  ["fatal: could not read Password for 'https://x': terminal prompts disabled", "auth"],
  [
    "remote: Permission to a/b.git denied to c.\nfatal: unable to access 'https://x/': The requested URL returned error: 403",
    "auth",
  ],
  ["fatal: repository 'https://x/' not found", "not_found"],
  ["fatal: couldn't find remote ref refs/heads/x", "not_found"],
  [" ! [rejected] a -> b (stale info)", "rejected"],
  [" ! [remote rejected] a -> b (protected branch hook declined)", "rejected"],
  ["fatal: unable to access 'https://x/': Could not resolve host: x", "network"],
  ["error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502", "network"],
  ["fatal: bad object", "failed"],
])("%j is told as %s", (stderr, kind) => expect(failureKind(stderr)).toBe(kind));

test("an address with credentials or of another transport is refused before git is started", async () => {
  using folder = temporaryFolder();
  for (const url of [
    "ext::sh -c id",
    "file:///etc",
    "git@example.org:a/b",
    "https://u:p@example.org/a",
    "--upload-pack=id",
  ]) {
    const answer = await readRemoteHead({ url, token: null, branch: "main", home: folder.path, signal });
    expect(answer).toMatchObject({ ok: false, stderr: expect.stringContaining("not usable") });
  }
});

test("a wrong token, a missing repository and a dead server are told apart", async () => {
  using folder = temporaryFolder();
  makeRepository(folder.path).commit({ a: "1" });
  const server = await serveGit({ root: folder.path, token: "right" });
  const read = (url: string, token: string | null) =>
    readRemoteHead({ url, token, branch: "main", home: folder.path, signal });

  const wrong = await read(`${server.url}/target.git`, "wrong");
  const none = await read(`${server.url}/target.git`, null);
  const missing = await read(`${server.url}/absent.git`, "right");
  const absentBranch = await readRemoteHead({
    url: `${server.url}/target.git`,
    token: "right",
    branch: "x",
    home: folder.path,
    signal,
  });
  await server.close();
  const dead = await read(`${server.url}/target.git`, "right");

  expect([wrong, none, missing, dead].map((answer) => !answer.ok && answer.kind)).toEqual([
    "auth",
    "auth",
    "not_found",
    "network",
  ]);
  expect(absentBranch).toEqual({ ok: true, value: null });
});

test("a redirect to another host does not get the token", async () => {
  using folder = temporaryFolder();
  makeRepository(folder.path).commit({ a: "1" });
  const passwords: unknown[] = [];
  const thief = await serveGit({
    root: folder.path,
    token: "x",
    before: (request) => void passwords.push(request.headers.authorization),
  });
  const server = await serveGit({ root: folder.path, before: (request) => `${thief.url}${request.url}` });

  const answer = await readRemoteHead({
    url: `${server.url}/target.git`,
    token: "tok-secret",
    branch: "main",
    home: folder.path,
    signal,
  });
  await Promise.all([server.close(), thief.close()]);

  expect(answer).toMatchObject({ ok: false, kind: "auth" });
  expect(passwords.length).toBeGreaterThan(0);
  expect(passwords.filter(Boolean)).toEqual([]);
});

test("an aborted call throws, and a hanging server is cut off by the timeout", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "home"));
  const server = await serveGit({ root: folder.path, before: () => new Promise<undefined>(() => {}) });
  const call = {
    args: ["ls-remote", `${server.url}/a.git`],
    home: join(folder.path, "home"),
    remote: { url: server.url, token: null },
  };
  const controller = new AbortController();

  const slow = await git({ ...call, signal, timeoutMs: 300 });
  const aborted = git({ ...call, signal: controller.signal });
  controller.abort(new Error("stop"));

  expect(slow).toMatchObject({ ok: false, kind: "network" });
  await expect(aborted).rejects.toThrow("stop");
  await server.close();
});

test("long output is hashed and counted whole, and kept in part", async () => {
  using folder = temporaryFolder();
  const { bare, commit } = makeRepository(folder.path);
  commit({ big: "x".repeat(300_000) });

  const streamed = await gitStream(
    { args: ["cat-file", "blob", "main:big"], gitDir: bare, home: folder.path, signal },
    1_000,
  );
  const broken = await gitStream(
    { args: ["cat-file", "blob", "main:none"], gitDir: bare, home: folder.path, signal },
    1_000,
  );

  expect(streamed).toMatchObject({ ok: true, value: { bytes: 300_000, head: { length: 1_000 } } });
  expect(broken).toMatchObject({ ok: false, kind: "failed" });
});
