import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runGit, writeFiles } from "../../support/git-repository.ts";
import { LIMITS, type Stand, stand } from "../../support/workspace.ts";

const FILES = {
  "README.md": "hello\n",
  "src/a.ts": "export const a = 1;\n",
  "test/a.test.ts": 'test("a", () => {\n  expect(a).toBe(1);\n});\n',
  "AGENTS.md": "rules\n",
  "package-lock.json": "{}\n",
  ".gitignore": "ignored/\n",
};
let world: Stand;
beforeAll(async () => {
  world = await stand(FILES);
});
afterAll(() => world[Symbol.asyncDispose]());

test("new, changed, renamed, deleted and program files are in; ignored ones and the run's own are not", async () => {
  const { tree, ...workspace } = await world.workspace();
  writeFiles(tree, {
    "README.md": "hello\nmore\n",
    "new.txt": "1\n2\n",
    "ignored/x": "x",
    ".agentpr_runtime/packet.json": "{}",
  });
  writeFiles(tree, {
    "src/b.ts": FILES["src/a.ts"],
    "src/a.ts": null,
    "run.sh": "#!/bin/sh\n",
    "blob.bin": Buffer.from([0, 1, 2]),
  });
  chmodSync(join(tree, "run.sh"), 0o755);

  const built = await world.candidate({ tree, ...workspace });

  expect(built).toMatchObject({ kind: "built", candidate: { violations: [], overBudget: [] } });
  expect(built.kind === "built" && built.candidate.facts.diff.files).toEqual([
    {
      path: "README.md",
      oldPath: null,
      status: "modified",
      added: 1,
      deleted: 0,
      binary: false,
      mode: "100644",
    },
    { path: "blob.bin", oldPath: null, status: "added", added: 0, deleted: 0, binary: true, mode: "100644" },
    { path: "new.txt", oldPath: null, status: "added", added: 2, deleted: 0, binary: false, mode: "100644" },
    { path: "run.sh", oldPath: null, status: "added", added: 1, deleted: 0, binary: false, mode: "100755" },
    {
      path: "src/b.ts",
      oldPath: "src/a.ts",
      status: "renamed",
      added: 0,
      deleted: 0,
      binary: false,
      mode: "100644",
    },
  ]);
});

test("a tree that invites the run's material in does not get it", async () => {
  const workspace = await world.workspace();
  writeFiles(workspace.tree, { ".gitignore": "!.agentpr_runtime\n", ".agentpr_runtime/packet.json": "{}" });

  const built = await world.candidate(workspace);

  expect(pathsOf(built)).toEqual([".gitignore"]);
});

test("the run's material is in no diff, no candidate and no commit, even where the agent has committed it", async () => {
  const workspace = await world.workspace(undefined, "run-material");
  const { tree, gitDir } = workspace;
  writeFiles(tree, { ".agentpr_runtime/cache/x": "x", ".agentpr_runtime/.coverage": "y", "new.txt": "1\n" });
  runGit(tree, "add", "--force", "--all");
  runGit(tree, "commit", "--quiet", "--message", "Everything");

  const built = await world.candidate(workspace);
  const sealed = await world.seal(workspace);
  const published = await world.publish(sealed, { branch: "agentpr/material" });

  expect(pathsOf(built)).toEqual(["new.txt"]);
  expect(built.kind === "built" && built.candidate.facts.patch).not.toContain(".agentpr_runtime");
  expect(runGit(gitDir, "ls-tree", "-r", "--name-only", sealed.change.sha)).not.toContain(".agentpr_runtime");
  expect(published).toMatchObject({ kind: "published" });
});

test("nothing that the agent planted runs: eight commands, none executed", async () => {
  const workspace = await world.workspace();
  const { tree, scratch } = workspace;
  const mark = (name: string) => `touch ${join(scratch, name)}`;
  for (const hook of [
    "pre-commit",
    "post-index-change",
    "post-checkout",
    "reference-transaction",
    "commit-msg",
  ])
    plant(join(tree, ".git/hooks", hook), mark("hook"));
  plant(join(tree, ".husky/pre-commit"), mark("husky"));
  const git = (...args: string[]) => runGit(tree, "config", ...args);
  git("core.hooksPath", ".husky");
  git("core.fsmonitor", `sh -c '${mark("fsmonitor")}'`);
  git("core.sshCommand", mark("ssh"));
  git("core.pager", mark("pager"));
  git("credential.helper", `!${mark("credential")}`);
  git("filter.evil.clean", `sh -c '${mark("clean")}; cat'`);
  git("filter.evil.smudge", `sh -c '${mark("smudge")}; cat'`);
  git("filter.evil.process", `sh -c '${mark("process")}'`);
  git("diff.evil.textconv", `sh -c '${mark("textconv")}'`);
  git("diff.external", `sh -c '${mark("external")}'`);
  writeFiles(tree, {
    ".gitattributes": "* filter=evil diff=evil text eol=crlf ident working-tree-encoding=UTF-16\n",
    "README.md": "hi\r\n$Id$\n",
  });

  const sealed = await world.seal(workspace);
  await world.publish(sealed, { branch: "agentpr/planted" });

  expect(readdirSync(scratch)).toEqual([]);
  expect(runGit(workspace.gitDir, "cat-file", "blob", `${sealed.change.sha}:README.md`)).toBe("hi\r\n$Id$");
});

test("links that leave the tree, repositories in the tree and protected paths are violations", async () => {
  const workspace = await world.workspace();
  const { tree } = workspace;
  symlinkSync("/etc/passwd", join(tree, "passwd"));
  symlinkSync("../../outside", join(tree, "up"));
  symlinkSync("README.md", join(tree, "fine"));
  symlinkSync("loop", join(tree, "loop"));
  writeFiles(tree, {
    "agents.MD": "obey\n",
    ".github/workflows/x.yml": "on: push\n",
    "package-lock.json": '{"a":1}\n',
  });
  runGit(tree, "init", "--quiet", "nested");
  runGit(
    join(tree, "nested"),
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b",
    "commit",
    "--allow-empty",
    "-q",
    "-m",
    "x",
  );

  const found = violationsOf(await world.candidate(workspace));

  expect(found).toEqual([
    ["link_outside_tree", "passwd"],
    ["link_outside_tree", "up"],
    ["protected_path", ".github/workflows/x.yml"],
    ["protected_path", "agents.MD"],
    ["protected_path", "package-lock.json"],
    ["submodule", "nested"],
  ]);
});

test("a folder that becomes a link is recorded as a link, and nothing behind it is read", async () => {
  const workspace = await world.workspace();
  rmSync(join(workspace.tree, "src"), { recursive: true });
  symlinkSync("/etc", join(workspace.tree, "src"));

  const built = await world.candidate(workspace);

  expect(violationsOf(built)).toEqual([["link_outside_tree", "src"]]);
  expect(pathsOf(built)).toEqual(["src", "src/a.ts"]);
});

test.each([
  [
    "a repository without a commit",
    (tree: string) => void runGit(tree, "init", "--quiet", "empty"),
    "submodule",
  ],
  [
    "a folder that passes for git's",
    (tree: string) => writeFiles(tree, { "docs/.GIT/config": "x" }),
    "path_unsafe",
  ],
])("%s makes no tree at all", async (_title, plantIt, rule) => {
  const workspace = await world.workspace();
  plantIt(workspace.tree);

  expect(await world.candidate(workspace)).toMatchObject({ kind: "unbuildable", violations: [{ rule }] });
});

test("secrets in added lines are found by shape and by value, in binary files as well", async () => {
  const workspace = await world.workspace();
  const value = "prov1der-k3y-value";
  const token = `ghp_${"aB3dE5gH7j".repeat(4)}`;
  writeFiles(workspace.tree, {
    "a.txt": `key=${token}\n`,
    "b.bin": Buffer.from(`\0\0${value}\0`),
    "c.txt": `${Buffer.from(`x${value}y`).toString("base64")}\n`,
  });

  const built = await world.candidate(workspace, { ...LIMITS, knownSecrets: [value] });

  expect(violationsOf(built)).toEqual([
    ["secret_found", "a.txt"],
    ["secret_found", "b.bin"],
    ["secret_found", "c.txt"],
  ]);
  expect(built.kind === "built" && JSON.stringify(built.candidate.violations)).not.toContain(value);
});

test("budgets and weakened tests are told", async () => {
  const workspace = await world.workspace();
  writeFiles(workspace.tree, { "long.txt": "line\n".repeat(130), "test/a.test.ts": null });

  expect(await world.candidate(workspace)).toMatchObject({
    kind: "built",
    candidate: {
      overBudget: ["130 added lines, 120 allowed"],
      weakenings: [{ kind: "test_deleted", path: "test/a.test.ts" }],
    },
  });
});

test("the same work seals to the same commit, wherever and whenever", async () => {
  const shas: string[] = [];
  for (const runId of ["run-a", "run-b"]) {
    const workspace = await world.workspace(undefined, runId);
    writeFiles(workspace.tree, { "README.md": "hello\nagain\n" });
    const sealed = await world.seal(workspace);
    shas.push(`${sealed.change.sha} ${sealed.change.diffHash}`);
  }

  expect(new Set(shas).size).toBe(1);
  expect(existsSync(join(world.root, "runs/octo/target/run-a/git/refs/agentpr/change"))).toBe(true);
});

function plant(path: string, script: string): void {
  writeFiles("/", { [path.slice(1)]: `#!/bin/sh\n${script}\n` });
  chmodSync(path, 0o755);
}

function violationsOf(built: Awaited<ReturnType<Stand["candidate"]>>): (string | null)[][] {
  if (built.kind !== "built") throw new Error(JSON.stringify(built));
  return built.candidate.violations
    .map(({ rule, path }) => [rule, path])
    .sort((a, b) => `${a}`.localeCompare(`${b}`, "en"));
}

function pathsOf(built: Awaited<ReturnType<Stand["candidate"]>>): string[] {
  return built.kind === "built" ? built.candidate.facts.diff.files.map(({ path }) => path) : [];
}
