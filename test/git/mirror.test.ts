import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ensureCommit, mirrorPath } from "../../src/git/mirror.ts";
import { type GitServer, type GitServerOptions, serveGit } from "../support/git-http.ts";
import { makeRepository, runGit, type TestRepository, temporaryFolder } from "../support/git-repository.ts";

const { signal } = new AbortController();

test("the first call fetches, the next one with the same commit asks nobody", async () => {
  await using world = await served();
  const sha = world.repository.commit({ a: "1" });

  const cold = await world.ensure({ sha: null });
  const before = world.server.requests.length;
  const warm = await world.ensure({ sha });

  expect(cold).toMatchObject({ ok: true, sha, fetched: true });
  expect(warm).toMatchObject({ ok: true, sha, fetched: false });
  expect(world.server.requests.length).toBe(before);
});

test("a branch's newest commit is asked for every time, and tags come along", async () => {
  await using world = await served();
  world.repository.commit({ a: "1" });
  await world.ensure({ sha: null });
  const newer = world.repository.commit({ a: "2" });
  world.repository.git("tag", "v1");
  world.repository.git("push", "--quiet", world.repository.bare, "v1");

  const answer = await world.ensure({ sha: null });

  expect(answer).toMatchObject({ ok: true, sha: newer });
  expect(answer.ok && runGit(answer.mirror, "tag")).toBe("v1");
});

test("a commit that the branch no longer holds is still found", async () => {
  await using world = await served();
  const old = world.repository.commit({ a: "1" });
  world.repository.git("push", "--quiet", world.repository.bare, `${old}:refs/heads/kept`);
  world.repository.git("checkout", "--quiet", "--orphan", "fresh");
  world.repository.commit({ b: "2" });

  expect(await world.ensure({ sha: old })).toMatchObject({ ok: true, sha: old });
});

test("many at once fetch once", async () => {
  await using world = await served();
  const sha = world.repository.commit({ a: "1" });

  const answers = await Promise.all(Array.from({ length: 6 }, () => world.ensure({ sha })));

  expect(answers.map((answer) => answer.ok && answer.fetched).filter(Boolean)).toHaveLength(1);
});

test("a mirror that git cannot read any more is made anew", async () => {
  await using world = await served();
  world.repository.commit({ a: "1" });
  const first = await world.ensure({ sha: null });
  if (!first.ok) throw new Error(first.stderr);
  rmSync(join(first.mirror, "objects"), { recursive: true });
  writeFileSync(join(first.mirror, "packed-refs"), "nonsense\n");
  const sha = world.repository.commit({ a: "2" });

  expect(await world.ensure({ sha: null })).toMatchObject({ ok: true, sha });
});

test("an absent branch and an absent commit are told as such", async () => {
  await using world = await served();
  world.repository.commit({ a: "1" });

  expect(await world.ensure({ sha: null, branch: "none" })).toMatchObject({ ok: false, kind: "not_found" });
  expect(await world.ensure({ sha: "0".repeat(39).concat("1") })).toMatchObject({
    ok: false,
    kind: "not_found",
  });
});

test("the mirror's place comes from host and id only", () => {
  expect(mirrorPath({ cacheDir: "/c", host: "GitHub.example:8443", repositoryId: 5, privateTo: null })).toBe(
    "/c/github.example_8443/5.git",
  );
  expect(() => mirrorPath({ cacheDir: "/c", host: "../x", repositoryId: 5, privateTo: null })).toThrow(
    "Not a host name",
  );
});

test("a private repository's mirror belongs to the installation that may read it, and to the runner's account alone", async () => {
  await using world = await served({ token: TOKEN });
  const sha = world.repository.commit({ a: "1" });
  const mine = await world.ensure({ sha: null, token: TOKEN, privateTo: 5 });

  const theirs = await world.ensure({ sha, token: null, privateTo: 6 });
  const anybody = await world.ensure({ sha, token: null });

  if (!mine.ok) throw new Error(mine.stderr);
  expect(mine.mirror).toBe(join(world.cache, "127.0.0.1", "installation-5", "7.git"));
  expect(theirs).toMatchObject({ ok: false, kind: "auth" });
  expect(anybody).toMatchObject({ ok: false, kind: "auth" });
  expect(statSync(join(mine.mirror, "..")).mode & 0o077).toBe(0);
});

test("the token of a fetch stands in no argument of any process, and in no file", async () => {
  const seen: string[] = [];
  await using world = await served({ token: TOKEN, before: () => void seen.push(...commandLines()) });
  world.repository.commit({ a: "1" });

  const answer = await world.ensure({ sha: null, token: TOKEN, privateTo: 5 });

  expect(answer.ok).toBe(true);
  expect(seen.some((line) => line.includes("remote-http"))).toBe(true);
  expect(seen.filter((line) => line.includes(TOKEN))).toEqual([]);
  const files = readdirSync(world.cache, { recursive: true, withFileTypes: true }).filter((at) =>
    at.isFile(),
  );
  const texts = files.map((at) => readFileSync(join(at.parentPath, at.name), "latin1"));
  expect(texts.filter((text) => text.includes(TOKEN))).toEqual([]);
});

const TOKEN = "ghs_mirror0123456789abcdef0123456789abcdef";

/** Of all processes that may be looked at; one that ends meanwhile has none. */
function commandLines(): string[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(join("/proc", name, "cmdline"), "utf8")] : [];
    } catch {
      return [];
    }
  });
}

async function served(options: Omit<GitServerOptions, "root"> = {}) {
  const folder = temporaryFolder();
  const repository: TestRepository = makeRepository(folder.path);
  const server: GitServer = await serveGit({ root: folder.path, ...options });
  const home = join(folder.path, "home");
  mkdirSync(home);
  const ensure = (wanted: {
    sha: string | null;
    branch?: string;
    token?: string | null;
    privateTo?: number;
  }) =>
    ensureCommit({
      ...{
        cacheDir: join(folder.path, "cache"),
        host: "127.0.0.1",
        repositoryId: 7,
        privateTo: null,
        home,
        signal,
      },
      ...{ url: `${server.url}/target.git`, token: null, branch: "main" },
      ...wanted,
    });
  const dispose = async () => {
    await server.close();
    folder[Symbol.dispose]();
  };
  return { repository, server, ensure, cache: join(folder.path, "cache"), [Symbol.asyncDispose]: dispose };
}
