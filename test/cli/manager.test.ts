import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { startScriptedModel } from "../../demo/model/scripted-model.ts";
import { MANAGER } from "../../demo/scenarios/manager-answers.ts";
import { connect } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runIn } from "../core/sample-run.ts";
import { testCli } from "../support/run-cli.ts";

const cli = testCli();
// Never used: a dry run asks nobody.
const KEYS = { AGENTPR_GITHUB_TOKEN: "ghp_unused", AGENTPR_MANAGER_API_KEY: "sk-unused-unused-unused" };

beforeAll(async () => {
  const database = connect(`sqlite:${join(cli.folder(), "agentpr.db")}`);
  await migrate(database);
  for (const [id, state] of [
    ["run_work", "EXECUTING"],
    ["run_done", "DONE"],
  ] as const)
    await insertRun(database, database.knex, runIn(state, { id, mode: "fork", installationId: null }));
  await database.close();
});

test("a dry tick says what would be decided for every run that is not over, and does nothing", async () => {
  const end = await cli.run(["manager-tick", "--dry-run", "--json"], KEYS);

  expect(JSON.parse(end.stdout)).toMatchObject({
    ...{ ok: true, dry_run: true, run_count: 1, progressed_count: 0, failed_count: 0 },
    results: [
      { run_id: "run_work", state: "EXECUTING", actions: [{ action: "attempt", outcome: "planned" }] },
    ],
  });
  expect({ exitCode: end.exitCode, stderr: end.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(await written()).toEqual({ journal: 0, jobs: 0, manager_calls: 0 });
});

async function written(): Promise<Record<string, number>> {
  const database = connect(`sqlite:${join(cli.folder(), "agentpr.db")}`);
  const count = async (table: string) => [table, (await database.knex(table).select("id")).length] as const;
  const counted = await Promise.all(["journal", "jobs", "manager_calls"].map(count));
  await database.close();
  return Object.fromEntries(counted);
}

test("a loop ends after the ticks that it was given, and says of each what came of it", async () => {
  const flags = ["--run-id", "run_work", "--decision-mode", "llm", "--manager-model", "m", "--dry-run"];
  const pace = ["--interval-sec", "1", "--max-loops", "2", "--skip-doctor"];

  const end = await cli.run(["run-manager-loop", ...flags, ...pace], KEYS);

  expect(end.stdout.match(/the model would be asked: choose_decision/g)).toHaveLength(2);
  expect(end.stdout + end.stderr).not.toContain(KEYS.AGENTPR_MANAGER_API_KEY);
});

test.each([
  ["a model without a key", ["--decision-mode", "hybrid"], 4, "AGENTPR_MANAGER_API_KEY is not set"],
  ["a run that is not there", ["--run-id", "run_none"], 3, "There is no run run_none"],
  [
    "a prompt version that is not there",
    ["--prompt-version", "v99"],
    2,
    "--prompt-version v99 is not usable",
  ],
  ["a mode of skills that is none", ["--skills-mode", "magic"], 2, "--skills-mode magic is not usable"],
  ["an address that is none", ["--manager-api-base", "nowhere"], 4, "AGENTPR_MANAGER_API_BASE is not usable"],
  ["a limit that is none", ["--limit", "0"], 2, "--limit 0 is not usable"],
])("%s is refused", async (_title, flags, exitCode, words) => {
  const end = await cli.run(["manager-tick", "--dry-run", ...flags], { AGENTPR_GITHUB_TOKEN: "ghp_unused" });

  expect({ exitCode: end.exitCode, words: end.stderr.includes(words) || end.stderr }).toEqual({
    exitCode,
    words: true,
  });
});

const EXPLAIN = ["explain", "run_work", "--json"];

test("explain asks the model where one is set, show-run only with --explain, and the same card is paid for once", async () => {
  const model = await startScriptedModel(MANAGER);
  const keys = { AGENTPR_MANAGER_API_KEY: model.key, AGENTPR_MANAGER_API_BASE: model.url };
  const hybrid = { ...keys, AGENTPR_MANAGER_DECISION_MODE: "hybrid" };
  const dataOf = async (args: readonly string[], env: Record<string, string>) =>
    JSON.parse((await cli.run(args, env)).stdout).data;
  try {
    expect((await dataOf(EXPLAIN, keys)).explanation).toBeNull();
    expect((await dataOf(["show-run", "run_work", "--explain", "--json"], keys)).explanation).toBeNull();
    expect((await dataOf(["show-run", "run_work", "--json"], hybrid)).explanation).toBeNull();
    expect(model.requests()).toEqual([]);

    const { explanation } = await dataOf(["show-run", "run_work", "--explain", "--json"], hybrid);
    expect(explanation).toMatchObject({
      source: "llm",
      why: expect.any(String),
      suggestions: [{ action: "pause" }],
    });
    expect((await dataOf(EXPLAIN, hybrid)).explanation).toEqual(explanation);
    expect((await cli.run(["inspect-run", "run_work"], hybrid)).stdout).toContain(
      "a model suggests  agentpr pause run_work",
    );
    expect(model.requests()).toHaveLength(1);
  } finally {
    await model.stop();
  }
});
