import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Installed, installed } from "../github/port/installed.ts";
import { type CliEnd, testCli } from "../support/run-cli.ts";

const cli = testCli();
let files = "";
let at: Installed;
let file = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), "agentpr-policy-cli-"));
  file = join(files, "policy.json");
  const overrides = {
    hello: { draft_pr: true },
    "octo/hello": { max_changed_files: 4, success_state: "EXECUTING" },
  };
  await writeFile(
    file,
    JSON.stringify({
      run_agent_step: { max_changed_files: 9, max_added_lines: 50, repo_overrides: overrides },
    }),
  );
  await writeFile(join(files, "typo.json"), '{"run_agent_step": {"limits": {"dayy": {}}}}');
  const own =
    'max_changed_files: 2\nmax_added_lines: 500\nprotected_paths: ["legal/**"]\ntest_commands: [make test]\n';
  at = await installed({ ci: { enabled: false } }, { files: { ".github/agentpr.yml": own } });
  const { appId, privateKey, apiUrl, url } = at.options;
  env = {
    ...{ APP_ID: String(appId), PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "secret" },
    ...{ AGENTPR_GITHUB_API_URL: apiUrl, AGENTPR_GITHUB_URL: url, NO_COLOR: "1" },
  };
});
afterAll(async () => {
  await at.hub.stop();
  await rm(files, { recursive: true, force: true });
});

function policy(...args: string[]): Promise<CliEnd> {
  return cli.run(["policy", ...args], env);
}

type Value = { key: string; value: unknown; from: string[] };
type Shown = { ok: boolean; values: Value[]; own: unknown; notes: string[] };

test("a usable file is said to be so, with what it overrides and what changes nothing", async () => {
  const [text, json] = [
    await policy("check", "--file", file),
    await policy("check", "--file", file, "--json"),
  ];

  expect(text).toMatchObject({ exitCode: 0, stderr: "" });
  expect(text.stdout).toContain(`${file} is usable.`);
  expect(text.stdout).toContain("repo_overrides.octo/hello.success_state");
  expect(JSON.parse(json.stdout)).toEqual({
    version: "agentpr.policy_check.v1",
    ok: true,
    file,
    present: true,
    overrides: ["hello", "octo/hello"],
    without_effect: ["repo_overrides.octo/hello.success_state"],
  });
});

test.each([
  ["a file with a slip", ["check", "--file", "typo.json"], 4, 'did you mean "day"?'],
  ["no such file", ["check", "--file", "none.json"], 4, "there is no such file"],
  ["a name that is none", ["show", "--repo", "hello"], 2, "is no repository"],
  ["no repository", ["show"], 2, "--repo"],
  ["no command", [], 2, "check"],
])("%s is told, in a line or two", async (_title, args, exitCode, words) => {
  const end = await policy(...args.map((arg) => (arg.endsWith(".json") ? join(files, arg) : arg)));

  expect(end.exitCode).toBe(exitCode);
  expect(end.stdout + end.stderr).toContain(words);
  expect(end.stderr).not.toContain("    at ");
});

test("every value is shown with where it comes from, the repository's own settings included", async () => {
  const end = await policy("show", "--repo", "Octo/hello", "--policy-file", file, "--json");

  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  const { values, own, notes } = JSON.parse(end.stdout) as Shown;
  const told = Object.fromEntries(values.map(({ key, value, from }) => [key, [value, ...from]]));
  expect(told).toMatchObject({
    max_changed_files: [2, "repository"],
    max_added_lines: [50, "file"],
    draft_pr: [true, "override hello"],
    min_test_commands: [1, "default"],
    "limits.run.wall_minutes": [240, "default"],
    protected_paths: [expect.arrayContaining(["legal/**"]), "default", "repository"],
  });
  expect(own).toEqual({ skip: null, testCommands: ["make test"], lintCommands: [] });
  expect(notes).toEqual(["max_added_lines: at most 50 holds here"]);
});

test("without --json it is a table whose columns stand under each other", async () => {
  const { stdout } = await policy("show", "--repo", "octo/hello", "--policy-file", file);

  const lines = stdout.split("\n");
  const column = lines.find((line) => line.includes(" max_changed_files "))?.indexOf("repository");
  expect(lines.find((line) => line.includes(" max_added_lines "))?.indexOf("file")).toBe(column);
  expect(lines).toContain("The repository says test: make test");
  expect(lines).toContain("note: max_added_lines: at most 50 holds here");
});

test.each([
  ["--offline", ["--repo", "octo/hello", "--offline"], "were not asked for"],
  ["a repository without the app", ["--repo", "octo/other"], "the app is not installed there"],
])("with %s the operator's part is shown, and what is missing is said", async (_title, args, words) => {
  const end = await policy("show", ...args, "--policy-file", file);

  expect(end.exitCode).toBe(0);
  expect(end.stdout).toContain(words);
  expect(end.stdout).toMatch(/max_added_lines +50 +file/);
});

test("a GitHub that does not answer is no reason to show nothing", async () => {
  const nowhere = { ...env, AGENTPR_GITHUB_API_URL: "http://127.0.0.1:1" };

  const end = await cli.run(["policy", "show", "--repo", "octo/hello", "--policy-file", file], nowhere);

  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  expect(end.stdout).toContain("GitHub did not answer");
});
