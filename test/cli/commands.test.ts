import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { COMMANDS } from "../../src/cli/commands.ts";
import { createProgram } from "../../src/cli/program.ts";
import { LEGACY_STATES } from "../../src/core/transitions.ts";
import { CLI_MAIN, testCli } from "../support/run-cli.ts";

const cli = testCli();

test("the database is made once, and then is up to date", async () => {
  const first = await cli.run(["init-db"]);
  const second = await cli.run(["--json", "init-db"]);

  expect(first).toMatchObject({ exitCode: 0, stderr: "" });
  expect(first.stdout).toContain("0001_first");
  expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, data: { dialect: "sqlite", migrations: [] } });
});

test.each([[["--json", "list-runs"]], [["list-runs", "--json"]], [["list-runs", "--limit", "3", "--json"]]])(
  "global options may stand before or after the command: %j",
  async (args) => {
    const end = await cli.run(args);

    expect(end).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(end.stdout)).toEqual({
      version: "agentpr.reply.v1",
      ok: true,
      text: "There are no runs.",
      facts: [],
      data: { runs: [], needs: [] },
    });
  },
);

test("there is no colour off a terminal", async () => {
  const { stdout, stderr } = await cli.run(["doctor", "--profile", "app"]);

  expect(stdout + stderr).not.toContain("\u001b");
});

test("doctor names every check, and fails where the machine falls short", async () => {
  const end = await cli.run(["doctor", "--json", "--profile", "app"]);

  const report = JSON.parse(end.stdout) as { ok: boolean; checks: { name: string }[] };
  expect(end.exitCode).toBe(report.ok ? 0 : 4);
  expect(report.checks.map((check) => check.name)).toEqual([
    "settings",
    "node",
    "git",
    "data folder",
    "disk space",
    "key files",
    "database",
    "policy",
    "prompt",
    "GitHub App",
    "App's permissions",
    "webhook secret",
    "webhook address",
    "fork mode",
    "Telegram bot",
    "Telegram",
    "manager",
    "manager's model",
    "clock",
  ]);
});

test.each(COMMANDS.map(({ name }) => [name]))("%s explains itself", async (name) => {
  const program = await createProgram([name]);
  const command = program.commands.find((each) => each.name() === name);

  expect(command?.helpInformation()).toContain("--json");
  expect(command?.description()).not.toBe("");
});

test.each(["resume", "retry"])("%s --help lists every old state name with what comes of it", async (name) => {
  const { stdout } = await cli.run([name, "--help"]);

  for (const [old, state] of Object.entries(LEGACY_STATES))
    expect(stdout).toMatch(new RegExp(`^  ${old} +${state}(, which is refused)?$`, "m"));
});

test("no command at all says what wants a person; help is there when it is asked for", async () => {
  const nothing = await cli.run([]);
  const help = await cli.run(["--help"]);

  expect(nothing).toMatchObject({ exitCode: 0, stdout: "Nothing wants anybody.", stderr: "" });
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  for (const { name } of COMMANDS) expect(help.stdout).toContain(`  ${name} `);
});

test.each([
  [["lst-runs"], "unknown command 'lst-runs'", "Did you mean list-runs?"],
  [["list-runs", "--limt", "3"], "unknown option '--limt'", "Did you mean --limit?"],
])("%j is wrong usage, with what may have been meant", async (args, what, meant) => {
  const { exitCode, stderr } = await cli.run(args);

  expect(exitCode).toBe(2);
  expect(stderr).toContain(what);
  expect(stderr).toContain(meant);
});

test("--watch shows it again and again until Ctrl-C", async () => {
  const env = { PATH: process.env.PATH ?? "", AGENTPR_DATA_DIR: cli.folder() };
  const args = [CLI_MAIN, "list-runs", "--json", "--watch", "0.1", "--settings-file", "/dev/null"];
  const child = execa(process.execPath, args, { env, extendEnv: false, reject: false, timeout: 30_000 });
  let rounds = 0;
  for await (const line of child) {
    expect(JSON.parse(line)).toMatchObject({ ok: true });
    rounds += 1;
    if (rounds === 3) child.kill("SIGINT");
  }

  expect((await child).exitCode).toBe(130);
  expect(rounds).toBeGreaterThanOrEqual(3);
});

test.each([
  ["no repository", ["create-run"], "No repository is named"],
  ["a path", ["create-run", "../../etc"], "is no repository"],
  ["an issue for several", ["create-run", "a/b", "a/c", "--issue", "3"], "are for one run"],
  ["a file that is not there", ["create-run", "--from-file", "/nowhere/at/all"], "cannot be read"],
])("create-run with %s is wrong usage", async (_what, args, words) => {
  const { exitCode, stderr } = await cli.run(args);

  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
});

/** Prints the address of every module that is loaded. */
const TELL_LOADED = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({ load: (url, context, next) => { console.error(url); return next(url, context); } });
`)}`;

test("--help loads commander and a handful of small files, so it answers at once", async () => {
  const { stderr } = await execa(process.execPath, ["--import", TELL_LOADED, CLI_MAIN, "--help"]);

  const loaded = stderr.split("\n").filter((url) => url.startsWith("file:"));
  const packages = loaded.flatMap((url) => /node_modules\/([^/]+)/.exec(url)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(["commander"]);
  expect(loaded.filter((url) => !url.includes("node_modules")).length).toBeLessThan(12);
});
