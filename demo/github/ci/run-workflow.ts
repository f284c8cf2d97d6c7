import { setTimeout as wait } from "node:timers/promises";
import { emitCheckRun, emitCheckSuite } from "../checks.ts";
import { found } from "../http/reply.ts";
import { type Hub, timestamp, withLock } from "../hub.ts";
import { repositoryPage } from "../render/links.ts";
import { userOf } from "../repositories.ts";
import type { CheckConclusion, CheckRun, WorkflowJob, WorkflowRun } from "../store/checks.ts";
import type { Repository } from "../store/identity.ts";
import { ACTIONS_BOT, emitRun, settleRun } from "./record-run.ts";
import { type JobResult, runJob } from "./run-job.ts";
import { ACTIONS_APP_ID } from "./settings.ts";
import type { Job, Workflow } from "./workflow-file.ts";

type Planned = { key: string; job: Job; row: WorkflowJob; check: CheckRun };

/** Queues every job of the run (or only those named) and lets them run in the background. */
export async function startAttempt(
  hub: Hub,
  run: WorkflowRun,
  workflow: Workflow,
  only: readonly string[] | null = null,
): Promise<void> {
  const repository = found(hub.store.repositories.get(run.repositoryId));
  const planned = Object.entries(workflow.jobs)
    .filter(([key]) => only === null || only.includes(key))
    .map(([key, job]) => plan(hub, repository, run, key, job));
  for (const { check } of planned) await tell(hub, repository, check, "created");
  hub.background(withLock(hub, "workflow runner", () => runAll({ hub, repository, run, workflow, planned })));
}

type Running = {
  hub: Hub;
  repository: Repository;
  run: WorkflowRun;
  workflow: Workflow;
  planned: readonly Planned[];
};

async function runAll({ hub, repository, run, workflow, planned }: Running): Promise<void> {
  if (hub.ci.delayMs > 0) await wait(hub.ci.delayMs, undefined, { signal: hub.signal });
  Object.assign(run, { status: "in_progress", updatedAt: timestamp(hub) });
  await emitRun(hub, run, "in_progress");
  const results = new Map<string, CheckConclusion>();
  for (const next of inOrder(planned)) {
    hub.signal.throwIfAborted();
    const blocked = (next.job.needs ?? []).some((need) => (results.get(need) ?? "success") !== "success");
    const result = blocked ? SKIPPED : await execute({ hub, repository, run, workflow }, next);
    results.set(next.key, result.conclusion);
    await finish(hub, repository, next, result);
  }
  const suite = found(hub.store.checkSuites.get(run.suiteId));
  suite.updatedAt = timestamp(hub);
  await emitCheckSuite(hub, { repository, suite, action: "completed", sender: userOf(hub, ACTIONS_BOT) });
  const failed = [...results.values()].some((conclusion) => !["success", "skipped"].includes(conclusion));
  await settleRun(hub, run, failed ? "failure" : "success");
}

const SKIPPED: JobResult = {
  conclusion: "skipped",
  steps: [],
  log: "",
  annotations: [],
  title: "Skipped",
  summary: "A job it needs did not succeed.",
};

async function execute(running: Omit<Running, "planned">, { job, row, check }: Planned): Promise<JobResult> {
  const { hub, repository, run, workflow } = running;
  const startedAt = timestamp(hub);
  Object.assign(row, { status: "in_progress", startedAt });
  Object.assign(check, { status: "in_progress", startedAt });
  return await runJob(hub, { repository, run, workflow, job });
}

async function finish(
  hub: Hub,
  repository: Repository,
  { row, check }: Planned,
  result: JobResult,
): Promise<void> {
  const ended = { status: "completed", conclusion: result.conclusion, completedAt: timestamp(hub) };
  Object.assign(row, ended, { steps: result.steps, log: result.log });
  const output = { title: result.title, summary: result.summary, text: null };
  Object.assign(check, ended, { annotations: result.annotations, output });
  await tell(hub, repository, check, "completed");
}

function plan(hub: Hub, repository: Repository, run: WorkflowRun, key: string, job: Job): Planned {
  const at = timestamp(hub);
  const name = job.name ?? key;
  const id = hub.nextId();
  const check: CheckRun = {
    id: hub.nextId(),
    suiteId: run.suiteId,
    repositoryId: repository.id,
    appId: ACTIONS_APP_ID,
    name,
    headSha: run.headSha,
    externalId: `job-${id}`,
    detailsUrl: repositoryPage(hub, repository, `/actions/runs/${run.id}/job/${id}`),
    status: "queued",
    conclusion: null,
    startedAt: at,
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  const row: WorkflowJob = {
    id,
    runId: run.id,
    checkRunId: check.id,
    key,
    name,
    status: "queued",
    conclusion: null,
    createdAt: at,
    startedAt: at,
    completedAt: null,
    steps: [],
    log: "",
  };
  hub.store.checkRuns.set(check.id, check);
  hub.store.workflowJobs.set(id, row);
  return { key, job, row, check };
}

async function tell(hub: Hub, repository: Repository, run: CheckRun, action: string): Promise<void> {
  await emitCheckRun(hub, { repository, run, action, sender: userOf(hub, ACTIONS_BOT) });
}

/** Jobs after the jobs they need; a circle stays in the order of the file. */
function inOrder(planned: readonly Planned[]): Planned[] {
  const left = [...planned];
  const ordered: Planned[] = [];
  while (left.length > 0) {
    const waiting = new Set(left.map((one) => one.key));
    const ready = left.findIndex((one) => (one.job.needs ?? []).every((need) => !waiting.has(need)));
    ordered.push(...left.splice(Math.max(ready, 0), 1));
  }
  return ordered;
}
