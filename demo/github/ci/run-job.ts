import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git } from "../git/run-git.ts";
import { type Hub, timestamp } from "../hub.ts";
import type { Annotation, CheckConclusion, JobStep, WorkflowRun } from "../store/checks.ts";
import type { Repository } from "../store/identity.ts";
import { annotationsOf, exitAnnotation } from "./annotations.ts";
import { fillIn } from "./expressions.ts";
import { runStep } from "./run-step.ts";
import type { Job, Step, Workflow } from "./workflow-file.ts";

export type JobResult = {
  conclusion: CheckConclusion;
  steps: JobStep[];
  log: string;
  annotations: Annotation[];
  title: string;
  summary: string;
};

type JobInput = { repository: Repository; run: WorkflowRun; workflow: Workflow; job: Job };
type Room = { work: string; home: string; envFile: string; env: Record<string, string> };

/** Checks the commit out into a folder of its own and runs the steps there, one after the other. */
export async function runJob(hub: Hub, input: JobInput): Promise<JobResult> {
  const folder = await mkdtemp(join(hub.dir, "job-"));
  try {
    const room = await prepare(folder, input);
    return await runSteps(hub, input, room);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function runSteps(hub: Hub, input: JobInput, room: Room): Promise<JobResult> {
  const result: JobResult = {
    conclusion: "success",
    steps: [],
    log: "",
    annotations: [],
    title: "",
    summary: "",
  };
  for (const step of input.job.steps) {
    const startedAt = timestamp(hub);
    const name = step.name ?? `Run ${step.uses ?? step.run?.split("\n")[0] ?? ""}`;
    const conclusion = await runOne(hub, { step, name, input, room, result });
    result.steps.push({ name, conclusion, startedAt, completedAt: timestamp(hub) });
    if (conclusion === "failure" && step["continue-on-error"] !== true) fail(result, name);
  }
  if (result.conclusion === "success") result.title = "Successful";
  return result;
}

type OneStep = { step: Step; name: string; input: JobInput; room: Room; result: JobResult };

async function runOne(hub: Hub, { step, name, input, room, result }: OneStep): Promise<CheckConclusion> {
  if (!shouldRun(step, result)) return "skipped";
  if (step.run === undefined) return "success";
  const env = {
    ...room.env,
    ...input.workflow.env,
    ...input.job.env,
    ...(await setByEarlier(room)),
    ...step.env,
  };
  const script = fillIn(step.run, env);
  const folder = join(room.work, step["working-directory"] ?? ".");
  const outcome = await runStep({ script, folder, env, timeoutMs: hub.ci.stepTimeoutMs, signal: hub.signal });
  result.log += logOf({ hub, name: `Run ${script.split("\n")[0] ?? name}`, script, ...outcome });
  result.annotations.push(...annotationsOf(outcome.output));
  if (outcome.exitCode === 0) return "success";
  result.annotations.push(exitAnnotation(outcome.exitCode));
  return "failure";
}

/** Only the status functions of `if` are known; other conditions hold. */
function shouldRun(step: Step, result: JobResult): boolean {
  const condition = step.if ?? "success()";
  if (condition.includes("always()")) return true;
  return condition.includes("failure()") ? result.conclusion === "failure" : result.conclusion === "success";
}

function fail(result: JobResult, name: string): void {
  if (result.conclusion === "failure") return;
  Object.assign(result, {
    conclusion: "failure",
    title: `Failed: ${name}`,
    summary: `The step “${name}” failed.`,
  });
}

async function prepare(folder: string, { repository, run }: JobInput): Promise<Room> {
  const work = join(folder, "work");
  const home = join(folder, "home");
  const envFile = join(folder, "env");
  await mkdir(home);
  for (const name of ["env", "output", "summary", "path"]) await writeFile(join(folder, name), "");
  await git(folder, ["clone", "--quiet", "--no-hardlinks", "--no-checkout", repository.gitDir, work]);
  await git(work, ["fetch", "--quiet", "origin", run.headSha]);
  await git(work, ["checkout", "--quiet", "--detach", run.headSha]);
  return { work, home, envFile, env: { ...environment(repository, run, work, home), ...files(folder) } };
}

function environment(
  repository: Repository,
  run: WorkflowRun,
  work: string,
  home: string,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: home,
    LANG: "C.UTF-8",
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: run.event,
    GITHUB_REF:
      run.pullNumber === null ? `refs/heads/${run.headBranch}` : `refs/pull/${run.pullNumber}/merge`,
    GITHUB_REPOSITORY: `${repository.owner}/${repository.name}`,
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_RUN_ID: String(run.id),
    GITHUB_SHA: run.headSha,
    GITHUB_WORKSPACE: work,
  };
}

function files(folder: string): Record<string, string> {
  return {
    GITHUB_ENV: join(folder, "env"),
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_PATH: join(folder, "path"),
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
}

/** What earlier steps wrote to $GITHUB_ENV, one NAME=value a line. */
async function setByEarlier(room: Room): Promise<Record<string, string>> {
  const lines = (await readFile(room.envFile, "utf8")).split("\n").filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

function logOf(step: { hub: Hub; name: string; script: string; output: string; exitCode: number }): string {
  const at = new Date(step.hub.now()).toISOString().replace("Z", "0000Z");
  const error = step.exitCode === 0 ? [] : [`##[error]Process completed with exit code ${step.exitCode}.`];
  const lines = [
    `##[group]${step.name}`,
    ...step.script.trimEnd().split("\n"),
    "##[endgroup]",
    ...step.output.trimEnd().split("\n"),
    ...error,
  ];
  return lines.map((line) => `${at} ${line.replace(/^::error[^:]*::/, "##[error]")}\n`).join("");
}
