import { setTimeout as sleep } from "node:timers/promises";
import { boxProblem } from "../demo/box-problem.ts";
import { mainConversation } from "../demo/scenarios/conversation.ts";
import { raiseStage, type Stage } from "../demo/stage.ts";
import type { Run } from "../src/core/run.ts";
import { listAttempts } from "../src/database/attempts.ts";
import { listRuns } from "../src/database/run-lists.ts";
import { codexStartedAt } from "./codex-process.ts";
import { ended } from "./floors.ts";
import { timed } from "./percentiles.ts";
import { residentMegabytesOf } from "./process-facts.ts";
import { type Moments, momentsOf } from "./run-moments.ts";

export type PlayedRuns = {
  runs: Moments[];
  boxed: boolean;
  /** What each talk of git with the server takes by itself, in milliseconds. */
  gitTalks: number[];
  resident: { app: number; runner: number };
};

const RUN_MS = 90_000;
const LOOK_MS = 50;
const REST_MS = 1_500;

/** Runs one after the other on the demo's stage: local GitHub, real app, real runner, real Codex, scripted model. */
export async function playRuns(dir: string, count: number): Promise<PlayedRuns> {
  const boxed = (await boxProblem()) === null;
  const options = {
    scenario: "main",
    decisionMode: "rules",
    json: true,
    keep: false,
    telegram: false,
    db: "sqlite",
    port: null,
    dir,
  } as const;
  const stage = await raiseStage({ options, conversation: mainConversation(), boxed });
  try {
    await playOne(stage); // makes the mirror, which the others find warm
    const runs: Moments[] = [];
    for (let run = 0; run < count; run += 1) runs.push(await playOne(stage));
    return { runs, boxed, gitTalks: await gitTalks(stage), resident: await residentAtRest(stage) };
  } finally {
    await stage.stopProcesses();
    await stage.stop();
  }
}

/** A warm mirror asks the server what its branch is at, and nothing else. */
function gitTalks({ github, repository }: Stage): Promise<number[]> {
  const url = `${github.url}/${repository.owner}/${repository.repo}.git`;
  return timed(10, () => ended("git", ["ls-remote", url, "refs/heads/main"]));
}

/** From an issue to a published branch, and on until the app has nothing more to do for it. */
async function playOne(stage: Stage): Promise<Moments> {
  const { ada } = stage.people;
  const path = `/repos/${stage.repository.owner}/${stage.repository.repo}/issues`;
  const { number } = await ada.post<{ number: number }>(path, {
    title: "Add weekday(date)",
    body: "Please.",
  });
  await ada.post(`${path}/${number}/comments`, { body: "/agentpr run" });
  const codexStarted = await becomes("Codex", () => codexStartedAt(stage.processes.runner.pid));
  const run = await becomes(`run of issue ${number}`, () => publishedRun(stage, number));
  await becomes("rest", () => isAtRest(stage));
  await sleep(REST_MS); // the pace at which the app writes to GitHub must not carry over into the next run
  return momentsOf(stage, run, codexStarted);
}

async function publishedRun({ database }: Stage, issue: number): Promise<Run | null> {
  const run = (await listRuns(database.knex, { limit: 1 }))[0] ?? null;
  if (run === null || run.request.issue !== issue) return null;
  const [failed] = (await listAttempts(database.knex, run.id)).filter(({ report }) => isBad(report));
  if (failed) throw new Error(`an attempt did not pass: ${failed.report?.grade.because}`);
  return run.publishedSha === null ? null : run;
}

function isBad(report: { grade: { grade: string } } | null): boolean {
  return report !== null && report.grade.grade !== "PASS";
}

async function isAtRest({ database }: Stage): Promise<true | null> {
  const open = await database
    .knex("jobs")
    .whereIn("status", ["queued", "leased"])
    .where("run_after", "<", database.knex.raw("? + 1000", [database.now()]))
    .first("id");
  return open === undefined ? true : null;
}

async function becomes<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const over = performance.now() + RUN_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > over) throw new Error(`waited ${RUN_MS} ms for ${what}`);
    await sleep(LOOK_MS);
  }
}

async function residentAtRest({ processes }: Stage): Promise<PlayedRuns["resident"]> {
  await sleep(3_000);
  const [app, runner] = await Promise.all([
    residentMegabytesOf(processes.app.pid),
    residentMegabytesOf(processes.runner.pid),
  ]);
  return { app, runner };
}
