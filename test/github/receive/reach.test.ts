import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import type { Intake } from "../../../src/core/github-intake.ts";
import type { Run } from "../../../src/core/run.ts";
import { findRun, insertRun } from "../../../src/database/runs.ts";
import { readDelivery } from "../../../src/github/facts/read-delivery.ts";
import { receiveInstallation, receiveRepository } from "../../../src/github/receive/reach.ts";
import type { Received } from "../../../src/github/receive/receive.ts";
import { runIn } from "../../core/sample-run.ts";
import { testDatabases } from "../../support/databases.ts";
import { testWorld } from "../../support/world.ts";

type Examples = { name: string; examples: { action?: string; installation?: { id: number } }[] }[];
const EXAMPLES: Examples = createRequire(import.meta.url)(
  "@octokit/webhooks-examples/api.github.com/index.json",
);
const databases = testDatabases();
const OWN = { appId: 1, bots: [] };
type Place = Extract<Intake, { kind: "repository" | "installation" }>;

/**
 * What GitHub sends, by its own example: another action's where it has none of that one. An example without an installation
 * gets one, as apps are sent them.
 */
function example(event: string, action: string): Place {
  const examples = EXAMPLES.find(({ name }) => name === event)?.examples ?? [];
  const found = examples.find((one) => one.action === action) ?? examples[0];
  const payload = JSON.stringify({ installation: { id: 99 }, ...found, action });
  const intake = readDelivery({ event, payload }, OWN);
  if (intake.kind === "repository" || intake.kind === "installation") return intake;
  throw new Error(`${event}.${action} is ${JSON.stringify(intake)}`);
}

function repositoryOf(intake: Place): number {
  if (intake.kind === "repository") return intake.repository.repositoryId;
  return intake.repositories[0]?.repositoryId ?? 5;
}

function installationOf(intake: Place): number {
  return intake.kind === "repository" ? intake.repository.installationId : intake.installationId;
}

async function received(intake: Place, runs: Run[]) {
  const world = testWorld(await databases.open("sqlite"));
  const { knex } = world.database;
  for (const run of runs) await insertRun(world.database, knex, run);
  // All that is looked at of the context is the world.
  const by = { guid: "g-1", context: { actions: { world } } } as unknown as Received;
  const note = await (intake.kind === "repository"
    ? receiveRepository(by, intake)
    : receiveInstallation(by, intake));
  const now = await Promise.all(runs.map(({ id }) => findRun(knex, id)));
  const notices: { text: string }[] = await knex("notices").select("text");
  return { note, runs: now, told: notices.map(({ text }) => text) };
}

function runAt(intake: Place, more: Partial<Run> = {}): Run {
  const ids = { repositoryId: repositoryOf(intake), installationId: installationOf(intake) };
  return runIn("CI_WAIT", { ...ids, ...more });
}

test.each([
  ["repository", "archived", /archived: unarchive/],
  ["repository", "deleted", /deleted: cancel/],
  ["repository", "privatized", /made private: resume/],
  ["repository", "transferred", /transferred.*make a new run/],
  ["installation", "deleted", /uninstalled: install it again/],
  ["installation", "suspend", /suspended: unsuspend/],
  ["installation_repositories", "removed", /removed from the app's installation/],
])("on %s.%s the runs there pause with what helps, and no others do", async (event, action, why) => {
  const intake = example(event, action);
  const { runs } = await received(intake, [
    runAt(intake, { id: "run_here" }),
    runAt(intake, { id: "run_over", state: "DONE" }),
    runAt(intake, { id: "run_fork", mode: "fork", installationId: null }),
    runAt(intake, { id: "run_elsewhere", repositoryId: 1, installationId: 4_000_000 }),
  ]);

  expect(runs.map((run) => run?.state)).toEqual(["PAUSED", "DONE", "CI_WAIT", "CI_WAIT"]);
  expect(runs[0]).toMatchObject({ pausedFrom: "CI_WAIT", reason: expect.stringMatching(why) });
});

test.each(["deleted", "suspend"])(
  "a whole installation that is %s stops also what it does not list",
  async (action) => {
    const intake = example("installation", action);

    const { runs } = await received(intake, [runAt(intake, { repositoryId: 123_456 })]);

    expect(runs[0]?.state).toBe("PAUSED");
  },
);

test.each([
  ["installation", "deleted"],
  ["installation", "suspend"],
  ["installation_repositories", "removed"],
])(
  "on %s.%s a run that another installation made goes on, though it is on the same repository",
  async (event, action) => {
    const intake = example(event, action);

    const { runs } = await received(intake, [runAt(intake, { installationId: 4 })]);

    expect(runs[0]?.state).toBe("CI_WAIT");
  },
);

test.each([
  ["repository", "unarchived", /was unarchived/],
  ["installation", "unsuspend", /within the app's reach again/],
  ["installation_repositories", "added", /added to the app's installation/],
])(
  "on %s.%s the operator hears how the paused runs go on, and nothing moves by itself",
  async (event, action, what) => {
    const intake = example(event, action);
    const paused = runAt(intake, { id: "run_1", state: "PAUSED", pausedFrom: "CI_WAIT", reason: "gone" });

    const { runs, told } = await received(intake, [paused, runAt(intake, { id: "run_2" })]);

    expect(runs.map((run) => run?.state)).toEqual(["PAUSED", "CI_WAIT"]);
    expect(told).toEqual([expect.stringMatching(what)]);
    expect(told[0]).toContain("agentpr resume run_1");
  },
);

test.each([
  ["installation", "created"],
  ["installation_repositories", "added"],
])(
  "on %s.%s runs of the same owner are bound to the new installation and can be resumed",
  async (event, action) => {
    const intake = example(event, action);
    const { owner = "" } = intake.kind === "installation" ? (intake.repositories[0] ?? {}) : {};
    const before = { owner, installationId: 4 };

    const { runs, told } = await received(intake, [
      runAt(intake, { id: "run_1", state: "PAUSED", pausedFrom: "CI_WAIT", ...before }),
      runAt(intake, { id: "run_over", state: "DONE", ...before }),
      runAt(intake, { id: "run_fork", mode: "fork", owner, installationId: null }),
      runAt(intake, { id: "run_elsewhere", repositoryId: 1, ...before }),
    ]);

    const { installationId } = runAt(intake);
    expect(runs.map((run) => run?.installationId)).toEqual([installationId, 4, null, 4]);
    expect(runs[0]?.state).toBe("PAUSED");
    expect(told).toEqual([expect.stringContaining("go on with: agentpr resume run_1")]);
  },
);

test("installed by another owner than before, the app leaves the runs alone, and says so", async () => {
  const intake = example("installation", "created");
  const paused = runAt(intake, { state: "PAUSED", pausedFrom: "CI_WAIT", owner: "cat", installationId: 4 });

  const { runs, told } = await received(intake, [paused]);

  expect(told).toEqual([
    expect.stringContaining("through another installation: cancel it, and make a new one"),
  ]);
  expect(runs[0]).toMatchObject({ state: "PAUSED", installationId: 4 });
});

test("a renamed repository's runs take its new name and go on; a transferred one's wait under it", async () => {
  const renamed = example("repository", "renamed");
  const transferred = example("repository", "transferred");

  const [one] = (await received(renamed, [runAt(renamed)])).runs;
  const [other] = (await received(transferred, [runAt(transferred)])).runs;

  if (renamed.kind !== "repository" || transferred.kind !== "repository") throw new Error("they are");
  const { owner, repo } = renamed.repository;
  expect(one).toMatchObject({ state: "CI_WAIT", owner, repo });
  expect(other).toMatchObject({ state: "PAUSED", owner: transferred.repository.owner });
});
