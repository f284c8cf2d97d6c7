import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { workspacePaths } from "../../../runner/workspace/paths.ts";
import { listWorkspaces, removeWorkspace } from "../../../runner/workspace/sweep.ts";
import { runGit, type TestRepository, temporaryFolder, writeFiles } from "../../support/git-repository.ts";
import { BRANCH, type Stand, stand } from "../../support/workspace.ts";

const TOKEN = "tok-77aa11";
let world: Stand;
beforeAll(async () => {
  world = await stand(
    {
      "README.md": "hello\n",
      ".gitattributes": "*.txt filter=evil eol=crlf\n",
      "a.txt": "one\ntwo\n",
    },
    { token: TOKEN },
  );
});
afterAll(() => world[Symbol.asyncDispose]());

test("the agent gets the exact commit, on its branch, in a repository that stands alone", async () => {
  const { tree } = await world.workspace();
  const git = (...args: string[]) => runGit(tree, ...args);

  expect(git("rev-parse", "HEAD")).toBe(world.baseSha);
  expect(git("branch", "--show-current")).toBe(BRANCH);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("remote")).toBe("");
  expect(git("config", "user.email")).toBe("agentpr@example.org");
  expect(git("fsck")).toBe("");
  expect(existsSync(join(tree, ".git/objects/info/alternates"))).toBe(false);
  expect(readFileSync(join(tree, "a.txt"), "utf8")).toBe("one\ntwo\n");
});

test("history is as deep as asked for and complete within", async () => {
  const prepare = ({ git, commit, bare }: TestRepository) => {
    for (let at = 1; at <= 55; at++) git("commit", "--quiet", "--allow-empty", "-m", `${at}`);
    git("tag", "v1");
    const newest = commit({ a: "end" });
    git("push", "--quiet", bare, "v1");
    return newest;
  };
  await using deep = await stand({ a: "0" }, { prepare });

  const { tree } = await deep.workspace();

  expect(runGit(tree, "rev-list", "--count", "HEAD")).toBe("50");
  expect(runGit(tree, "describe", "--tags", "--abbrev=0")).toBe("v1");
  expect(runGit(tree, "log", "-p", "--oneline")).toContain("end");
});

test("what an attempt left is gone, but Codex's home stays", async () => {
  const first = await world.workspace();
  writeFiles(first.tree, {
    "left.txt": "x",
    "README.md": "changed",
    "node_modules/a/i.js": "1",
    ".git/hooks/post-checkout": "exit 1",
  });
  writeFiles(first.scratch, { "left.txt": "x" });
  writeFiles(first.codexHome, { "sessions/thread.jsonl": "x" });
  chmodSync(join(first.tree, "node_modules/a"), 0o500);

  const { tree, scratch, codexHome } = await world.workspace();

  expect(runGit(tree, "status", "--porcelain", "--ignored")).toBe("");
  expect(existsSync(join(tree, ".git/hooks/post-checkout"))).toBe(false);
  expect(readdirSync(scratch)).toEqual([]);
  expect(readdirSync(join(codexHome, "sessions"))).toEqual(["thread.jsonl"]);
});

test("an attempt goes on from a sealed change", async () => {
  const first = await world.workspace();
  writeFiles(first.tree, { "README.md": "hello\nmore\n" });
  const sealed = await world.seal(first);

  const next = await world.workspace(sealed, "run-2");

  expect(next).toMatchObject({ baseSha: world.baseSha, startSha: sealed.change.sha });
  expect(runGit(next.tree, "rev-parse", "HEAD")).toBe(sealed.change.sha);
  expect(readFileSync(join(next.tree, "README.md"), "utf8")).toBe("hello\nmore\n");
  expect(runGit(next.tree, "diff", "--stat", "main")).toContain("README.md");
});

test("the token is nowhere in workspace, mirror or home", async () => {
  await world.workspace();

  expect(() =>
    runGit(world.root, "grep", "--no-index", "--text", "--fixed-strings", "--name-only", TOKEN),
  ).toThrow();
});

test.each([
  ["..", "repo", "run-1"],
  ["octo", "../..", "run-1"],
  ["octo", "repo", ".."],
  ["octo", "repo", "a/b"],
  ["octo", "repo", "-x/../y"],
  ["", "repo", "run-1"],
])("a run named %j/%j/%j has no place", async (owner, repo, runId) => {
  await expect(workspacePaths(world.root, { owner, repo, runId })).rejects.toThrow("Not a run's place");
});

test("a link under the base folder leads nowhere", async () => {
  using folder = temporaryFolder();
  using outside = temporaryFolder();
  writeFiles(outside.path, { "target/run-1/keep": "x" });
  symlinkSync(outside.path, join(folder.path, "octo"));
  const run = { owner: "octo", repo: "target", runId: "run-1" };

  await expect(workspacePaths(folder.path, run)).rejects.toThrow("not a folder");
  await removeWorkspace(folder.path, run);

  expect(existsSync(join(outside.path, "target/run-1/keep"))).toBe(true);
});

test("sweeping takes away the run and the empty folders above it", async () => {
  using folder = temporaryFolder();
  for (const runId of ["run-1", "run-2"])
    mkdirSync(join(folder.path, "octo/target", runId), { recursive: true });
  mkdirSync(join(folder.path, ".cache/a/b"), { recursive: true });
  const run = { owner: "octo", repo: "target", runId: "run-1" };

  expect((await listWorkspaces(folder.path)).map(({ runId }) => runId)).toEqual(["run-1", "run-2"]);
  await removeWorkspace(folder.path, run);
  await removeWorkspace(folder.path, run);
  expect((await listWorkspaces(folder.path)).map(({ runId }) => runId)).toEqual(["run-2"]);
  await removeWorkspace(folder.path, { ...run, runId: "run-2" });

  expect(readdirSync(folder.path)).toEqual([".cache"]);
});
