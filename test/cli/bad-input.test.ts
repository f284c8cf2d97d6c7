import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { perform } from "../../src/actions/perform.ts";
import { cliActor } from "../../src/cli/cli-actor.ts";
import { loadAppKey } from "../../src/config/app-key.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { EXIT } from "../../src/core/problem.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { CLI_MAIN, type CliEnd, testCli } from "../support/run-cli.ts";
import { testWorld } from "../support/world.ts";

const cli = testCli();
const closeLater: Database[] = [];
let files = "";

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), "agentpr-bad-"));
  await writeFile(join(files, "bad.env"), "LOG_LEVEL=info\nthis is not a setting\n");
  await writeFile(join(files, "bad.json"), "{ nonsense");
  await writeFile(join(files, "typo.json"), '{"run_agent_step": {"max_chnged_files": 3}}');
  await cli.run(["init-db"]);
  await makeRun("run_first");
});
afterAll(async () => {
  await Promise.all(closeLater.map((database) => database.close()));
  await rm(files, { recursive: true, force: true });
});

/** A run that waits for its first decision; no process is there to make it. */
async function makeRun(id: string): Promise<void> {
  const database = connect(`sqlite:${join(cli.folder(), "agentpr.db")}`);
  const world = testWorld(database, { key: loadAppKey(cli.folder()) });
  const defaults = { promptVersion: "v1", autokick: true };
  const context = { world, github: null, policyFor: () => DEFAULT_POLICY, promptFault: () => null, defaults };
  const names = { owner: "octo", repo: "widget", repositoryId: 1, installationId: 1, defaultBranch: "main" };
  const repository = { ...names, private: false, archived: false };
  const input = { ...names, run_id: id, task: "Mend the widget", repository };
  const reply = await perform(context, cliActor(), "create", input);
  closeLater.push(database);
  expect(reply).toMatchObject({ ok: true });
}

type Case = [title: string, args: (files: string) => string[], exitCode: number, words: string];

const CASES: Case[] = [
  [
    "a malformed .env",
    (f) => ["list-runs", "--settings-file", join(f, "bad.env")],
    EXIT.environment,
    "Line 2 of",
  ],
  [
    "a missing .env that was named",
    (f) => ["list-runs", "--settings-file", join(f, "no.env")],
    EXIT.environment,
    "no.env",
  ],
  [
    "a malformed policy",
    (f) => ["show-run", "run_first", "--policy-file", join(f, "bad.json")],
    EXIT.environment,
    "not JSON",
  ],
  [
    "a mistyped policy key",
    (f) => ["show-run", "run_first", "--policy-file", join(f, "typo.json")],
    EXIT.environment,
    'did you mean "max_changed_files"?',
  ],
  ["a path as repository", () => ["create-run", "../../etc"], EXIT.usage, '"../../etc" is no repository'],
  [
    "an option-like owner",
    () => ["create-run", "--owner", "--upload-pack=x", "--repo", "r"],
    EXIT.usage,
    "no repository",
  ],
  [
    "an option-like repository",
    () => ["create-run", "--", "-oProxyCommand=x/y"],
    EXIT.usage,
    "no repository",
  ],
  ["an address as repository", () => ["create-run", "https://github.com/o/r"], EXIT.usage, "no repository"],
  ["no repository", () => ["create-run"], EXIT.usage, "No repository is named"],
  ["half a repository", () => ["create-run", "o/r", "--owner", "p"], EXIT.usage, "Half a repository"],
  [
    "an issue that is no number",
    () => ["create-run", "o/r", "--issue", "x"],
    EXIT.usage,
    "not an issue's number",
  ],
  [
    "a task packet that is not there",
    (f) => ["create-run", "o/r", "--task", "x", "--task-packet-file", join(f, "no.json")],
    EXIT.usage,
    "cannot be used as a task packet",
  ],
  [
    "a malformed task packet",
    (f) => ["create-run", "o/r", "--task", "x", "--task-packet-file", join(f, "bad.json")],
    EXIT.usage,
    "it is not JSON",
  ],
  [
    "a task packet with a key that nobody may set",
    (f) => ["create-run", "o/r", "--task", "x", "--task-packet-file", join(f, "typo.json")],
    EXIT.usage,
    "these may be set",
  ],
  [
    "a run without credentials",
    () => ["create-run", "o/r", "--issue", "1"],
    EXIT.environment,
    "credentials are not set",
  ],
  [
    "an unknown prompt version",
    () => ["create-run", "o/r", "--issue", "1", "--prompt-version", "isue"],
    EXIT.usage,
    'did you mean "issue"?); there are issue, v1.',
  ],
  ["an unknown run", () => ["show-run", "run_nope"], EXIT.notFound, "There is no run run_nope"],
  ["a run like a path", () => ["show-run", "../../etc/passwd"], EXIT.notFound, "There is no run"],
  ["no run", () => ["pause"], EXIT.usage, "No run is named"],
  ["two runs", () => ["pause", "run_a", "--run-id", "run_b"], EXIT.usage, "Two different runs"],
  ["an illegal move", () => ["retry", "run_first"], EXIT.refused, "a QUEUED run cannot take human.retried"],
  [
    "an unknown state",
    () => ["resume", "run_first", "--target-state", "LIMBO"],
    EXIT.usage,
    "LIMBO is no state",
  ],
  ["a pull request without a change", () => ["request-open-pr", "run_first"], EXIT.refused, "QUEUED"],
  ["an approval without a request", () => approve("--confirm"), EXIT.refused, "nobody has requested"],
  ["an approval that is not meant", () => approve(), EXIT.usage, "Add --confirm"],
  ["a runner without model credentials", () => ["runner"], EXIT.environment, "no model credentials are set"],
  [
    "a runner's number that is none",
    () => ["runner", "--concurrency", "many"],
    EXIT.environment,
    "whole number",
  ],
  ["an unknown command", () => ["creat-run"], EXIT.usage, "Did you mean create-run?"],
  ["an unknown option", () => ["list-runs", "--limt", "3"], EXIT.usage, "Did you mean --limit?"],
  ["a limit that is no number", () => ["list-runs", "--limit", "many"], EXIT.usage, "limit"],
  ["an unknown runner", () => ["runners", "approve", "nobody"], EXIT.notFound, "There is no runner nobody"],
  [
    "an unusable database address",
    () => ["list-runs", "--db", "mysql://x"],
    EXIT.environment,
    "There is no database",
  ],
];

function approve(...more: string[]): string[] {
  return ["approve-open-pr", "run_first", "--confirm-token", "000000", ...more];
}

test.each(CASES)(
  "%s: one clear error, its exit code, nothing changed",
  async (_title, args, exitCode, words) => {
    const before = await cli.content();

    const end = await cli.run(args(files));

    expect(end).toMatchObject({ exitCode, stdout: "" });
    expectClear(end, words);
    expect(await cli.content()).toEqual(before);
  },
);

test("a Codex that is not there is told by doctor, with the remedy", async () => {
  const end = await cli.run(
    ["doctor", "--require-codex", "--profile", "runner", "--skip-network-check", "--json"],
    {
      AGENTPR_CODEX_BIN: "/nowhere/codex",
    },
  );

  const report = JSON.parse(end.stdout) as { ok: boolean; checks: { name: string; verdict: string }[] };
  expect(end.exitCode).toBe(EXIT.environment);
  expect(report.ok).toBe(false);
  expect(report.checks).toContainEqual(
    expect.objectContaining({
      name: "codex",
      verdict: "failure",
      remedy: expect.stringContaining("AGENTPR_CODEX_BIN"),
    }),
  );
});

test("a database that is not there is not made by looking", async () => {
  const end = await cli.run(["list-runs", "--db", join(files, "absent.db")]);

  expect(end.exitCode).toBe(EXIT.environment);
  expectClear(end, "agentpr init-db");
});

test("a folder in a database's place is told as one", async () => {
  const end = await cli.run(["list-runs", "--db", files]);

  expect(end.exitCode).toBe(EXIT.environment);
  expectClear(end, "is no database");
});

test.each([
  ["not migrated", null, "it has no tables yet"],
  ["of a newer version", "9999_future", "9999_future, which this version does not know"],
])("a database that is %s is refused", async (_title, migration, words) => {
  const file = join(files, `${migration ?? "bare"}.db`);
  if (migration === null) await writeFile(file, "");
  else await makeDatabaseOf(file, migration);

  const end = await cli.run(["list-runs", "--db", file]);

  expect(end.exitCode).toBe(EXIT.environment);
  expectClear(end, words);
});

test("with --json the same error is one object on stdout", async () => {
  const end = await cli.run(["show-run", "run_nope", "--json"]);

  expect(end.exitCode).toBe(EXIT.notFound);
  expect(JSON.parse(end.stdout)).toMatchObject({
    ok: false,
    error: "There is no run run_nope.",
    exit_code: 3,
  });
});

test("whoever stops reading, as head does, ends the command without a word", async () => {
  const settings = ["--settings-file", join(files, "none.env")];
  await writeFile(join(files, "none.env"), "");
  const watched = spawn(process.execPath, [CLI_MAIN, ...settings, "list-runs", "--watch", "0.1"], {
    env: { PATH: process.env.PATH ?? "", AGENTPR_DATA_DIR: cli.folder() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  watched.stdout.once("data", () => watched.stdout.destroy());
  const said: Buffer[] = [];
  watched.stderr.on("data", (chunk: Buffer) => said.push(chunk));

  expect(await once(watched, "close")).toEqual([EXIT.done, null]);
  expect(Buffer.concat(said).toString()).toBe("");
});

test("a trace is shown only to whoever asks for it", async () => {
  const end = await cli.run(["show-run"], { AGENTPR_DEBUG: "1" });

  expect(end.stderr).toMatch(/\n\s+at /);
});

function expectClear({ stderr }: CliEnd, words: string): void {
  expect(stderr).toContain(words);
  expect(stderr).toMatch(/^error: .+/);
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  expect(stderr).toMatch(/^ {2}why: .+/m);
  expect(stderr).toMatch(/^ {2}do: {2}.+/m);
  expect(stderr).not.toMatch(/^\s+at /m);
}

async function makeDatabaseOf(file: string, migration: string): Promise<void> {
  await cli.run(["init-db", "--db", file]);
  const database = connect(`sqlite:${file}`);
  await database.knex("migrations").insert({ name: migration, batch: 2, migration_time: new Date() });
  await database.close();
}
