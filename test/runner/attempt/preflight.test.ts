import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { commandTools, projectTools } from "../../../runner/attempt/needed-tools.ts";
import { preflightAlone } from "../../../runner/attempt/preflight-alone.ts";
import type { RunnerSettings } from "../../../runner/attempt/settings.ts";
import { findBwrap } from "../../../runner/box/find-bwrap.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/core/policy.ts";
import { type Stand, stand } from "../../support/workspace.ts";

const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";
const PACKAGE = JSON.stringify({ scripts: { test: "node --test" } });

test.each([
  ["a Python project", ["pyproject.toml", "poetry.lock"], {}, ["python3", "poetry"]],
  [
    "a tool that pyproject names",
    ["pyproject.toml"],
    { "pyproject.toml": "[tool.hatch.envs]" },
    ["python3", "hatch"],
  ],
  ["a Node project with a lock file", ["package.json", "pnpm-lock.yaml"], {}, ["node", "pnpm"]],
  ["Go with a Makefile", ["go.mod", "Makefile"], {}, ["go", "make"]],
  ["Java by its wrapper", ["mvnw", "pom.xml"], {}, ["java"]],
  ["only what lies in the root counts", ["docs/package.json", "x/go.mod"], {}, []],
  ["nothing that is known", ["README.md"], {}, []],
])("%s needs its tools", (_title, paths, files, tools) => {
  expect(projectTools({ paths, files: new Map(Object.entries(files)) })).toEqual(tools);
});

test.each([
  ["npm test", ["npm"]],
  ["cd web && CI=1 pnpm test", ["pnpm"]],
  ["./mvnw -q test", ["java"]],
  ["pytest -q", []],
  ["make check", ["make"]],
])("the command %s needs %j of the machine", (command, tools) => {
  expect(commandTools({ command })).toEqual(tools);
});

async function settingsFor({ root }: Stand, change: Partial<RunnerSettings>): Promise<RunnerSettings> {
  for (const folder of ["base", "cache"]) mkdirSync(join(root, folder), { recursive: true });
  return {
    ...{ name: "box", baseDir: join(root, "base"), cacheDir: join(root, "cache"), dataDir: root },
    codex: { path: process.execPath, source: "path", version: "0.0.0" },
    provider: {
      ...{ kind: "api_key", name: "none", baseUrl: "", keyEnv: "", key: "", model: null },
      ...{ wireApi: "responses", query: {}, headers: {} },
    },
    isolation: { kind: "none" },
    allowUnboxed: true,
    overrides: [],
    path: SYSTEM_PATH,
    toolPaths: [],
    templates: {},
    knownSecrets: [],
    ...change,
  };
}

type Change = { settings?: Partial<RunnerSettings>; policy?: Partial<Policy>; branch?: string | null };

async function preflight(there: Stand, { settings = {}, policy = {}, branch = null }: Change = {}) {
  return preflightAlone({
    settings: await settingsFor(there, settings),
    policy: { ...DEFAULT_POLICY, isolation: "none", ...policy },
    repository: { url: there.url, owner: "octo", repo: "target" },
    branch,
    network: false,
    signal: there.signal,
  });
}

test("everything is looked at, and nothing is left behind", async () => {
  await using there = await stand({ Makefile: "test:\n\ttrue\n" });

  const report = await preflight(there);

  expect(report).toMatchObject({ ok: true, failures: [] });
  expect(report.checks.map(({ name }) => name)).toEqual([
    ...["policy.codex_sandbox", "disk.space", "cmd.git", "cmd.codex", "box.probe"],
    ...["repository.mirror", "repo.scope", "git.write", "cmd.make"],
  ]);
  expect(readdirSync(join(there.root, "base"))).toEqual([]);
  expect(readdirSync(join(there.root, "cache"))).toEqual([]);
});

test("without the one program that could run the tests an attempt could never be verified", async () => {
  await using there = await stand({ "package.json": PACKAGE });

  const report = await preflight(there, { settings: { path: "/nonexistent" } });

  expect(report.ok).toBe(false);
  expect(report.failures).toEqual([
    "cmd.npm: npm is not on the PATH of this runner, and no test can run without it",
  ]);
  expect(report.warnings).toEqual(["cmd.node: node is not on the PATH of this runner"]);
});

test("a missing program of another part of the project is only told", async () => {
  await using there = await stand({ "mix.exs": "", Makefile: "test:\n\ttrue\n" });

  const report = await preflight(there, { policy: { verify_commands: ["make test"] } });

  expect(report.ok).toBe(true);
  expect(report.warnings).toEqual(["cmd.mix: mix is not on the PATH of this runner"]);
});

test("a sandbox that may not write is refused before anything is fetched", async () => {
  await using there = await stand({ "a.txt": "a\n" });

  const report = await preflight(there, { policy: { codex_sandbox: "read-only" } });

  expect(report.failures).toEqual(["policy.codex_sandbox: read-only: Codex could not change a file"]);
  expect(report.checks.some(({ name }) => name === "repository.mirror")).toBe(false);
});

test.each([
  ["a branch that is not there", { branch: "no-such-branch" }, /^repository\.clone: not_found/],
  [
    "a Codex that is gone",
    { settings: { codex: { path: "/gone", source: "path", version: "1" } } },
    /^cmd\.codex: \/gone/,
  ],
  ["isolation that the operator does not allow", { settings: { allowUnboxed: false } }, /^policy\.isolation/],
] as const)("%s is named", async (_title, change, failure) => {
  await using there = await stand({ "a.txt": "a\n" });

  const report = await preflight(there, change);

  expect(report.failures).toEqual([expect.stringMatching(failure)]);
});

test("a repository that does not answer is a reason to try again later", async () => {
  await using there = await stand({ "a.txt": "a\n" });
  const gone = { ...there, url: there.url.replace("target", "gone") };

  const report = await preflight(gone);

  expect(report.checks).toMatchObject([{ name: "repository.mirror", ok: false, transient: true }]);
});

test("the box is probed where it is used", async () => {
  await using there = await stand({ "a.txt": "a\n" });
  const bwrap = (await findBwrap(process.env.PATH ?? ""))?.path ?? "/nonexistent/bwrap";

  const report = await preflight(there, {
    settings: { isolation: { kind: "box", bwrap } },
    policy: { isolation: "box" },
  });

  const probe = report.checks.find(({ name }) => name === "box.probe");
  expect(probe?.detail).toMatch(probe?.ok ? /^bubblewrap/ : /bubblewrap|namespaces/);
});
