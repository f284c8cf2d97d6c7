import { createHmac } from "node:crypto";
import { reads, writes } from "../access.ts";
import { emitRun } from "../ci/record-run.ts";
import { startAttempt } from "../ci/run-workflow.ts";
import { parseWorkflow } from "../ci/workflow-file.ts";
import { readText } from "../git/tree.ts";
import { wrappedPage } from "../http/paginate.ts";
import { created, found, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { type Hub, timestamp } from "../hub.ts";
import { webLink } from "../render/links.ts";
import { renderJob, renderWorkflowRun } from "../render/workflow.ts";
import type { WorkflowJob, WorkflowRun } from "../store/checks.ts";
import { where } from "../store/store.ts";

const RUN = "/repos/{owner}/{repo}/actions/runs/{run_id}";
const JOB = "/repos/{owner}/{repo}/actions/jobs/{job_id}";

export const ACTIONS_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/actions/runs", { access: reads("actions"), handle: listRuns }),
  route(`GET ${RUN}`, { access: reads("actions"), handle: getRun }),
  route(`GET ${RUN}/jobs`, { access: reads("actions"), handle: listJobs }),
  route(`GET ${JOB}`, {
    access: reads("actions"),
    handle: (request) => ok(renderJob(request.hub, jobIn(request))),
  }),
  route(`GET ${JOB}/logs`, { access: reads("actions", { openToPublic: false }), handle: redirectToLog }),
  route(`POST ${RUN}/rerun`, {
    access: writes("actions", "write"),
    category: "edit",
    handle: (request) => rerun(request, false),
  }),
  route(`POST ${RUN}/rerun-failed-jobs`, {
    access: writes("actions", "write"),
    category: "edit",
    handle: (request) => rerun(request, true),
  }),
  route(`POST ${RUN}/approve`, { access: writes("actions", "write"), category: "edit", handle: approve }),
];

function listRuns({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const asked = (name: string) => url.searchParams.get(name);
  const items = where(hub.store.workflowRuns, (row) => row.repositoryId === repository.id)
    .filter((row) => (asked("head_sha") ?? row.headSha) === row.headSha)
    .filter((row) => (asked("event") ?? row.event) === row.event)
    .filter((row) => (asked("branch") ?? row.headBranch) === row.headBranch)
    .filter((row) =>
      [null, row.status, row.conclusion].includes(asked("status") as WorkflowRun["status"] | null),
    )
    .reverse();
  return wrappedPage("workflow_runs", { url, items, render: (row) => renderWorkflowRun(hub, row) });
}

async function getRun(request: RepositoryRequest): Promise<Reply> {
  return ok(await renderWorkflowRun(request.hub, runIn(request)));
}

function listJobs(request: RepositoryRequest): Promise<Reply> {
  const { hub, url } = request;
  const items =
    url.searchParams.get("filter") === "all" ? jobsOf(hub, runIn(request)) : latestJobs(hub, runIn(request));
  return wrappedPage("jobs", { url, items, render: (row) => renderJob(hub, row) });
}

/** As on GitHub: a redirect to an address that is good without a token, for it is signed. */
function redirectToLog(request: RepositoryRequest): Reply {
  const job = jobIn(request);
  if (job.status !== "completed") throw notFound();
  const location = webLink(request.hub, `/_logs/${job.id}?sig=${logSignature(request.hub, job.id)}`);
  return { status: 302, headers: { location } };
}

export function logSignature(hub: Hub, jobId: number): string {
  return createHmac("sha256", hub.app.webhookSecret).update(`log ${jobId}`).digest("hex");
}

async function rerun(request: RepositoryRequest, onlyFailed: boolean): Promise<Reply> {
  const { hub } = request;
  const run = runIn(request);
  if (run.status !== "completed") throw new Refusal(403, "This workflow is already running");
  if (run.conclusion === "action_required") throw new Refusal(403, "This workflow run waits for approval");
  const failed = latestJobs(hub, run)
    .filter((job) => job.conclusion !== "success")
    .map((job) => job.key);
  run.attempt += 1;
  await queueAgain(request, run, onlyFailed ? failed : null);
  return created({});
}

async function approve(request: RepositoryRequest): Promise<Reply> {
  const run = runIn(request);
  if (run.conclusion !== "action_required")
    throw new Refusal(403, "This run is not from a fork pull request or is not awaiting approval");
  await queueAgain(request, run, null);
  return created({});
}

async function queueAgain(
  { hub, repository }: RepositoryRequest,
  run: WorkflowRun,
  only: readonly string[] | null,
): Promise<void> {
  const parsed = parseWorkflow((await readText(repository.gitDir, run.headSha, run.path)) ?? "");
  if (!parsed.ok) throw new Refusal(403, `The workflow file is not valid: ${parsed.why}`);
  Object.assign(run, {
    status: "queued",
    conclusion: null,
    startedAt: timestamp(hub),
    updatedAt: timestamp(hub),
  });
  await emitRun(hub, run, "requested");
  await startAttempt(hub, run, parsed.workflow, only);
}

function jobsOf(hub: Hub, run: WorkflowRun): WorkflowJob[] {
  return where(hub.store.workflowJobs, (row) => row.runId === run.id);
}

function latestJobs(hub: Hub, run: WorkflowRun): WorkflowJob[] {
  return [...new Map(jobsOf(hub, run).map((job) => [job.key, job])).values()];
}

function runIn(request: RepositoryRequest): WorkflowRun {
  const run = found(request.hub.store.workflowRuns.get(idParam(request, "run_id")));
  if (run.repositoryId !== request.repository.id) throw notFound();
  return run;
}

function jobIn(request: RepositoryRequest): WorkflowJob {
  const { hub, repository } = request;
  const job = found(hub.store.workflowJobs.get(idParam(request, "job_id")));
  if (hub.store.workflowRuns.get(job.runId)?.repositoryId !== repository.id) throw notFound();
  return job;
}
