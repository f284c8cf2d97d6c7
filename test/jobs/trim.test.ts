import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { packetsIn } from "../../runner/attempt/complete-packet.ts";
import { sweepMachine } from "../../runner/attempt/sweep-machine.ts";
import { sweepReports } from "../../runner/attempt/sweep-reports.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { insertArtifact, listArtifacts } from "../../src/database/artifacts.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertRun } from "../../src/database/runs.ts";
import { finishUpdate, keepUpdate } from "../../src/database/telegram-updates.ts";
import type { AppContext } from "../../src/jobs/context.ts";
import { trim } from "../../src/jobs/trim.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const DAY_MS = 24 * 3_600_000;
let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "agentpr-trim-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

type Place = { database: Database; dataDir: string; trimNow(): ReturnType<typeof trim> };

/** Two repositories, of which one keeps its artifacts for a year. */
async function place(dialect: (typeof DIALECTS)[number]): Promise<Place> {
  const database = await databases.open(dialect);
  const dataDir = await mkdtemp(join(dir, "data-"));
  await mkdir(join(dataDir, "reports"));
  for (const [id, repo] of [
    ["run_1", "widget"],
    ["run_2", "archive"],
  ] as const)
    await insertRun(database, database.knex, runIn("QUEUED", { id, repo, branch: `agentpr/${id}` }));
  const policyFor: AppContext["policyFor"] = ({ repo }) => ({
    ...DEFAULT_POLICY,
    retention: { artifact_days: repo === "archive" ? 365 : 30 },
  });
  const context = { world: testWorld(database), dataDir, policyFor } as AppContext;
  return { database, dataDir, trimNow: () => trim(context) };
}

async function artifact({ database }: Place, runId: string, location: string): Promise<void> {
  await writeFile(location, "x");
  const row = { runId, attemptId: null, name: "agent_events", location, bytes: 1 };
  await insertArtifact(database, database.knex, row);
}

async function removed({ database }: Place, runId: string) {
  return (await listArtifacts(database.knex, runId)).map(({ removedWhy }) => removedWhy);
}

test.each(DIALECTS)(
  "on %s artifacts go when their repository's time is over, and their rows say so",
  async (dialect) => {
    const here = await place(dialect);
    const [young, old, kept] = ["run_1_a.jsonl", "run_1_b.jsonl", "run_2_a.jsonl"].map((name) =>
      join(here.dataDir, "reports", name),
    ) as [string, string, string];
    here.database.setClockOffset(-40 * DAY_MS);
    await artifact(here, "run_1", old);
    await artifact(here, "run_2", kept);
    here.database.setClockOffset(0);
    await artifact(here, "run_1", young);

    expect(await here.trimNow()).toEqual({ kind: "done" });

    expect([young, old, kept].map((path) => existsSync(path))).toEqual([true, false, true]);
    expect(await removed(here, "run_1")).toEqual(["expired", null]);
    expect(await removed(here, "run_2")).toEqual([null]);
  },
);

test.each(DIALECTS)(
  "on %s a row that names a file outside our folders removes nothing there",
  async (dialect) => {
    const here = await place(dialect);
    const outside = [
      join(dir, `app-${dialect}.key`),
      join(here.dataDir, "agentpr.db"),
      `${here.dataDir}/reports/../beside.txt`,
    ];
    here.database.setClockOffset(-40 * DAY_MS);
    for (const path of outside) await artifact(here, "run_1", path);
    here.database.setClockOffset(0);

    await here.trimNow();

    expect(outside.map((path) => existsSync(path))).toEqual([true, true, true]);
    expect(await removed(here, "run_1")).toEqual(["expired", "expired", "expired"]);
  },
);

test.each(DIALECTS)(
  "on %s updates from Telegram are forgotten though the bot is never restarted",
  async (dialect) => {
    const { database, trimNow } = await place(dialect);
    database.setClockOffset(-3 * DAY_MS);
    await keepUpdate(database, 1, {});
    await finishUpdate(database, 1);
    database.setClockOffset(0);
    await keepUpdate(database, 2, {});

    await trimNow();

    const left = await database.knex("telegram_updates").select("id");
    expect(left.map(({ id }) => Number(id))).toEqual([2]);
  },
);

test.each(DIALECTS)("on %s one pass is bounded, and asks for another", async (dialect) => {
  const here = await place(dialect);
  here.database.setClockOffset(-40 * DAY_MS);
  const rows = Array.from({ length: 1_050 }, (_, at) => ({
    ...{ run_id: "run_1", name: "agent_events", bytes: 1, created_at: here.database.now() },
    location: join(here.dataDir, "reports", `gone-${at}.jsonl`),
  }));
  await here.database.knex.batchInsert("artifacts", rows, 100);
  here.database.setClockOffset(0);

  expect(await here.trimNow()).toMatchObject({ kind: "park" });
  expect(await here.trimNow()).toEqual({ kind: "done" });
});

test.each(DIALECTS)(
  "on %s a runner sweeps what the app has removed and what a crash left, and nothing else",
  async (dialect) => {
    const here = await place(dialect);
    const folder = join(here.dataDir, "reports");
    const at = (name: string) => join(folder, name);
    const long = new Date(Date.now() - 40 * DAY_MS);
    const names = [
      "run_1_preflight.json",
      "run_2_preflight.json",
      "run_9_preflight.json",
      "telegram_audit.jsonl",
    ];
    for (const name of names) await writeFile(at(name), "x");
    for (const name of names.slice(1)) await utimes(at(name), long, long);
    const row = { attemptId: null, name: "preflight", bytes: 1 };
    const { database } = here;
    await insertArtifact(database, database.knex, {
      ...{ ...row, runId: "run_1", location: at("run_1_preflight.json") },
      removedWhy: "expired",
    });
    await insertArtifact(database, database.knex, {
      ...row,
      runId: "run_2",
      location: at("run_2_preflight.json"),
    });

    expect(await sweepReports(database.knex, { folder, days: 30 })).toBe(2);

    expect(names.map((name) => existsSync(at(name)))).toEqual([false, true, false, true]);
    expect(await sweepReports(database.knex, { folder: join(folder, "none"), days: 30 })).toBe(0);
  },
);

test.each(DIALECTS)("on %s a runner sweeps its task packets, too", async (dialect) => {
  const { database, dataDir } = await place(dialect);
  const packets = packetsIn(dataDir);
  const [gone, kept] = ["run_1_1.json", "notes.json"].map((name) => join(packets.folder, name));
  if (gone === undefined || kept === undefined) throw new Error("there are two");
  await mkdir(packets.folder);
  for (const file of [gone, kept]) await writeFile(file, "x");
  const row = { runId: "run_1", attemptId: null, name: "task_packet", bytes: 1 };
  await insertArtifact(database, database.knex, { ...row, location: gone, removedWhy: "expired" });

  expect(await sweepReports(database.knex, { ...packets, days: 30 })).toBe(1);
  expect([existsSync(gone), existsSync(kept)]).toEqual([false, true]);
});

test.each(DIALECTS)("on %s a report that takes another's place takes its row, too", async (dialect) => {
  const here = await place(dialect);
  const location = join(here.dataDir, "reports", "run_1_preflight.json");
  await artifact(here, "run_1", location);
  await artifact(here, "run_1", location);

  expect(await removed(here, "run_1")).toEqual([null]);
});

test.each(DIALECTS)(
  "on %s a runner's mirrors of an installation go when none of its runs is at work or was touched in that time",
  async (dialect) => {
    const { database, dataDir } = await place(dialect);
    const { knex } = database;
    const cacheDir = join(dataDir, "cache");
    for (const folder of ["installation-1", "installation-2", "installation-3", "7.git", "installation-x"])
      await mkdir(join(cacheDir, "github.test", folder, "9.git"), { recursive: true });
    for (const [id, state, installationId] of [
      ["run_gone", "PAUSED", 1],
      ["run_waiting", "REVIEW_WAIT", 2],
      ["run_lately", "DONE", 3],
    ] as const)
      await insertRun(database, knex, runIn(state, { id, branch: id, installationId }));
    await knex("runs").whereIn("installation_id", [1, 2]).update({ updated_at: 0 });
    const spec = { policy: { ...DEFAULT_POLICY, retention: { artifact_days: 30 } } };

    await sweepMachine(
      testWorld(database),
      { baseDir: join(dataDir, "workspaces"), dataDir, cacheDir },
      spec,
    );

    const left = (await readdir(join(cacheDir, "github.test"))).sort();
    expect(left).toEqual(["7.git", "installation-2", "installation-3", "installation-x"]);
  },
);

test("what is kept for ever is removed neither by the app nor by a runner", async () => {
  const here = await place("sqlite");
  const { database, dataDir } = here;
  const forEver = { ...DEFAULT_POLICY, retention: { artifact_days: 0 } };
  const [known, unknown] = ["run_1_preflight.json", "run_9_preflight.json"].map((name) =>
    join(dataDir, "reports", name),
  ) as [string, string];
  const mirror = join(dataDir, "cache", "github.test", "installation-1");
  await mkdir(mirror, { recursive: true });
  await writeFile(unknown, "x");
  database.setClockOffset(-40 * DAY_MS);
  await artifact(here, "run_1", known);
  database.setClockOffset(0);
  const world = testWorld(database);

  await trim({ world, dataDir, policyFor: () => forEver });
  const places = { baseDir: join(dataDir, "workspaces"), dataDir, cacheDir: join(dataDir, "cache") };
  await sweepMachine(world, places, { policy: forEver });

  expect([known, unknown, mirror].map((path) => existsSync(path))).toEqual([true, true, true]);
  expect(await removed(here, "run_1")).toEqual([null]);
});
