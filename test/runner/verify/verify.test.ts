import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { checkOutTree } from "../../../runner/verify/checkout.ts";
import { checkouts } from "../../../runner/verify/checkouts.ts";
import { dependencyFolders, lendDependencies } from "../../../runner/verify/dependencies.ts";
import { planCommands } from "../../../runner/verify/plan-commands.ts";
import { readPlanFiles } from "../../../runner/verify/plan-files.ts";
import { type RunCommand, type VerifyRequest, verify } from "../../../runner/verify/verify.ts";
import { candidateIndex } from "../../../runner/workspace/candidate.ts";
import type { Workspace } from "../../../runner/workspace/provision.ts";
import { NO_SETTINGS } from "../../../src/core/repository-settings.ts";
import { type Files, temporaryFolder, writeFiles } from "../../support/git-repository.ts";
import { type Stand, stand } from "../../support/workspace.ts";

/** Three small projects in one repository: node --test, unittest, make. */
const FILES = {
  "package.json": '{"scripts":{"test":"node --test"}}',
  "sum.js": "exports.sum = (a, b) => a + b;\n",
  "old.js": "exports.old = () => 1;\n",
  "test/sum.test.js": nodeTest("sums", 'require("../sum.js").sum(1, 2)', 3),
  "test/old.test.js": `const { old } = require("../old.js");\n${nodeTest("was always broken", "old()", 2)}`,
  "tests/test_shop.py":
    "import unittest\nclass Shop(unittest.TestCase):\n    def test_opens(self):\n        self.assertEqual(open('state.txt').read(), 'open\\n')\n",
  "state.txt": "open\n",
  Makefile: "test: sum.js\n",
  ".gitignore": "node_modules/\n.flag*\n",
};
const PYTHON = "python3 -m unittest discover -s tests";
const { signal } = new AbortController();
let world: Stand;
beforeAll(async () => {
  world = await stand(FILES);
});
afterAll(() => world[Symbol.asyncDispose]());

const runCommand: RunCommand = async (command, { cwd, env, timeoutMs }) => {
  const start = performance.now();
  const shell = {
    cwd,
    env: { ...env, PATH: process.env.PATH },
    extendEnv: false,
    reject: false,
    all: true,
  } as const;
  const result = await execa("sh", ["-c", command], { ...shell, timeout: timeoutMs, stdin: "ignore" });
  const { exitCode = null, timedOut } = result;
  return { exitCode, timedOut, durationMs: performance.now() - start, output: result.all, outputCut: false };
};

test("a change that breaks nothing passes, with its tests counted", async () => {
  const result = await verified(
    "run-1",
    { "sum.js": "exports.sum = (a, b) => b + a;\n" },
    "node --test test/sum.test.js",
  );

  expect(result).toMatchObject({
    verdict: "passed",
    head: { exitCode: 0, ran: 1, failing: [] },
    again: null,
    base: null,
  });
});

test("what fails before and after is pre-existing; what fails only after is new", async () => {
  const preexisting = await verified("run-2", { "README.md": "x\n" }, "node --test");
  const broken = await verified("run-3", { "sum.js": "exports.sum = () => 0;\n" }, "node --test");

  expect(preexisting).toMatchObject({
    verdict: "preexisting",
    newFailures: [],
    base: { ran: 2, failing: ["was always broken"] },
  });
  expect(broken).toMatchObject({
    verdict: "new_failure",
    newFailures: ["sums"],
    head: { failing: ["sums", "was always broken"] },
  });
});

test("a change after which a file cannot be loaded any more is new, though it adds no name of a test", async () => {
  const result = await verified("run-4", { "old.js": "syntax error(\n" }, "node --test");

  expect(result.verdict).toBe("new_failure");
});

test("different results on the same tree are flaky", async () => {
  const body =
    'const fs = require("fs"); require("node:test")("wavers", () => { if (!fs.existsSync(".flag")) { fs.writeFileSync(".flag", ""); throw 1; } });\n';
  const result = await verified("run-5", { "test/flaky.test.js": body }, "node --test test/flaky.test.js");

  expect(result).toMatchObject({
    verdict: "flaky",
    head: { exitCode: 1 },
    again: { exitCode: 0 },
    base: null,
  });
});

test("unittest is read, and a test that rewrites tracked files starts each time on a clean tree", async () => {
  const rewrites = `${FILES["tests/test_shop.py"]}        open('state.txt', 'w').write('closed')\n        open('left.txt', 'w').close()\n`;
  const result = await verified("run-6", { "tests/test_shop.py": rewrites }, PYTHON, PYTHON);

  expect(result).toMatchObject({ verdict: "passed", head: { ran: 1 } });
  expect(existsSync(join(world.root, "checks-run-6/head/left.txt"))).toBe(true);
});

test("a suite without tests is no test run, and one that loses its tests is broken", async () => {
  const none = await verified("run-7", { "README.md": "x\n" }, "make test");
  const lost = await verified("run-8", { "tests/test_shop.py": "x = 1\n" }, PYTHON);

  expect(none).toMatchObject({ verdict: "not_a_test_run", head: { ran: 0 } });
  expect(lost).toMatchObject({ verdict: "new_failure", base: { ran: 1 } });
});

test("a hang ends at the clock and counts as new", async () => {
  const result = await verified(
    "run-9",
    { "test/hang.test.js": "setInterval(() => {}, 1000);\n" },
    "exec sleep 30 # node --test",
  );

  expect(result).toMatchObject({ verdict: "new_failure", head: { timedOut: true }, again: null, base: null });
});

test("candidate and base see the same fixed environment and nothing else", async () => {
  const result = await verified("run-10", { "README.md": "x\n" }, "env | sort; exit 1 # node --test");

  expect(result.head.outputTail).toBe(result.base?.outputTail.replaceAll("/base", "/head"));
  expect(result.head.outputTail).toMatch(/CI=1\nLANG=C.UTF-8\nNO_COLOR=1\n(PATH|OLDPWD|PWD)/);
});

test("off verifies nothing", async () => {
  const request = {
    mode: "off",
    commands: [],
    dependencies: "reused",
    allowlist: [],
    timeoutMs: 1,
    signal,
    runCommand,
  } as const;

  expect(await verify({ ...request, prepare: async () => "" })).toEqual({
    mode: "off",
    dependencies: "none",
    commands: [],
  });
});

test("ignored dependency folders are lent by copy, and nothing is copied through a link", async () => {
  using outside = temporaryFolder();
  const workspace = await world.workspace(undefined, "run-11");
  writeFiles(workspace.tree, {
    "node_modules/a/index.js": "1",
    "web/node_modules/b/index.js": "2",
    ".flag": "x",
  });
  await world.candidate(workspace);
  const { gitDir, home, tree } = workspace;
  const folders = await dependencyFolders({
    gitDir,
    home,
    tree,
    indexFile: candidateIndex(gitDir),
    signal,
  });
  const to = join(world.root, "lent");
  mkdirSync(to);
  symlinkSync(outside.path, join(to, "web"));

  const how = await lendDependencies({ from: tree, to, folders, signal });

  expect(folders).toEqual(["node_modules", "web/node_modules"]);
  expect(how).toBe("reused");
  expect([
    existsSync(join(to, "node_modules/a/index.js")),
    existsSync(join(outside.path, "node_modules")),
  ]).toEqual([true, false]);
});

test("lent dependencies are in both checkouts and survive their being put back", async () => {
  const workspace = await world.workspace(undefined, "run-14");
  writeFiles(workspace.tree, { "node_modules/a/index.js": "1" });
  const built = await world.candidate(workspace);
  if (built.kind !== "built") throw new Error(built.kind);
  const trees = { head: built.candidate.treeSha, base: world.baseSha, folder: join(world.root, "lent-both") };
  const prepare = checkouts({
    ...placeOf(workspace),
    ...trees,
    lend: { from: workspace.tree, folders: ["node_modules"] },
  });

  const folders = [await prepare("head"), await prepare("base"), await prepare("head")];

  expect(folders.map((folder) => existsSync(join(folder, "node_modules/a/index.js")))).toEqual([
    true,
    true,
    true,
  ]);
});

test("neither hooks nor filters of the tree run in a checkout", async () => {
  const workspace = await world.workspace(undefined, "run-12");
  writeFiles(workspace.tree, { ".gitattributes": "* filter=evil text eol=crlf\n", "a.txt": "1\n" });
  const sealed = await world.seal(workspace);
  const folder = join(world.root, "plain");

  const done = await checkOutTree({
    ...placeOf(workspace),
    treeish: sealed.change.treeSha,
    folder,
    name: "plain",
  });

  expect(done.ok).toBe(true);
  expect((await execa("cat", [join(folder, "a.txt")], { stripFinalNewline: false })).stdout).toBe("1\n");
});

test("the plan is read from the base commit", async () => {
  const workspace = await world.workspace(undefined, "run-13");
  const read = await readPlanFiles({ ...placeOf(workspace), sha: world.baseSha });
  if (!read.ok) throw new Error(read.stderr);

  const { commands } = planCommands({
    repository: NO_SETTINGS,
    ...read.value,
    policy: [],
    contract: [],
    worker: [],
  });

  expect(commands.map(({ command, origin }) => [command, origin])).toEqual([
    ["npm test", "manifest"],
    [PYTHON, "manifest"],
  ]);
});

/** The candidate of these files, verified with these commands; answers with the last one's result. */
async function verified(runId: string, files: Files, ...commands: string[]) {
  const workspace = await world.workspace(undefined, runId);
  writeFiles(workspace.tree, files);
  const built = await world.candidate(workspace);
  if (built.kind !== "built") throw new Error(JSON.stringify(built));
  const folder = join(world.root, `checks-${runId}`);
  const prepare = checkouts({
    ...placeOf(workspace),
    folder,
    head: built.candidate.treeSha,
    base: world.baseSha,
    lend: null,
  });
  const request: VerifyRequest = {
    ...{
      mode: "baseline",
      dependencies: "none",
      timeoutMs: 1_500,
      allowlist: [],
      signal,
      runCommand,
      prepare,
    },
    commands: commands.map((command) => ({ command, kind: "test", origin: "policy" })),
  };
  const last = (await verify(request)).commands.at(-1);
  if (!last) throw new Error("Nothing was verified");
  return last;
}

function placeOf({ gitDir, home }: Workspace) {
  return { gitDir, home, signal };
}

function nodeTest(name: string, call: string, expected: number): string {
  return `require("node:test")("${name}", () => require("node:assert").equal(${call}, ${expected}));\n`;
}
