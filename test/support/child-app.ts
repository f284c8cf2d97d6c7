// Advances runs along a story and works the jobs that follow. It may be killed at any moment, and started again.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Event } from "../../src/core/event.ts";
import { JOBS, type JobKind } from "../../src/core/job.ts";
import { connect } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { listOpenRuns } from "../../src/database/runs.ts";
import { advance, beginRun } from "../../src/engine/advance.ts";
import { type Handler, type Handlers, startWorker } from "../../src/engine/worker.ts";
import { workerName } from "../../src/engine/worker-name.ts";
import { SAMPLES } from "../core/sample-events.ts";
import { HEAD, OTHER, runIn } from "../core/sample-run.ts";
import { say, sayLast } from "./child-said.ts";
import { childWorld } from "./child-world.ts";

const [url = "", secret = "", effects = "", round = "last"] = process.argv.slice(2);
const world = childWorld(connect(url), secret);
const { database } = world;

const STORY: readonly Event[] = [
  SAMPLES["run.started"],
  SAMPLES["change.sealed"],
  SAMPLES["attempt.finished"],
  SAMPLES["change.ready"],
  SAMPLES["pr.opened"],
  SAMPLES["checks.failed"],
  { type: "change.published", changeId: "change_2", sha: OTHER, answers: [] },
  { type: "checks.passed", sha: OTHER },
  { ...SAMPLES["pr.merged"], sha: HEAD },
];

/** Looks before it acts, as everything outside the database must. */
const effect: Handler = async (job) => {
  const mark = `${job.kind}:${job.id}`;
  const known = existsSync(effects) ? readFileSync(effects, "utf8").split("\n") : [];
  if (!known.includes(mark)) appendFileSync(effects, `${mark}\n`);
  return { kind: "done" };
};
const kinds = (Object.keys(JOBS) as JobKind[]).filter((kind) => JOBS[kind].lane === "app");
const handlers: Handlers = Object.fromEntries(kinds.map((kind) => [kind, effect]));
const options = { lane: "app", slots: 2, pollMs: 100, repositoryCap: 1, handlers } as const;
const worker = startWorker(world, { ...options, name: workerName("child") });

if (round !== "last") for (let at = 0; at < 200; at += 1) await begin(`run_${round}_${at}`);
for (const run of await listOpenRuns(database.knex, 10_000)) await tellStory(run.id);
while (await isBusy()) await new Promise((resolve) => setTimeout(resolve, 10));
await worker.drain();
await world.wake.close();
await database.close();
sayLast("ended");

async function begin(id: string): Promise<void> {
  const run = runIn("QUEUED", { id });
  await database.transaction((trx) => beginRun(world, trx, { run, by: "ada", held: false, cause: "asked" }));
  say(`ack ${id} asked`);
  await tellStory(id);
}

async function tellStory(id: string): Promise<void> {
  for (const [at, event] of STORY.entries()) {
    const cause = `story:${at}`;
    await advance(world, { runId: id, event, cause });
    say(`ack ${id} ${cause}`);
  }
}

async function isBusy(): Promise<boolean> {
  const waiting = await listJobs(database.knex, { status: "queued" });
  return waiting.length > 0 || (await listJobs(database.knex, { status: "leased" })).length > 0;
}
