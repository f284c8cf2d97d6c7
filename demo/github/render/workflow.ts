import { readCommit } from "../git/commits.ts";
import { found } from "../http/reply.ts";
import { type Hub, nodeId } from "../hub.ts";
import type { JobStep, WorkflowJob, WorkflowRun } from "../store/checks.ts";
import type { Repository } from "../store/identity.ts";
import { renderSimpleCommit } from "./commit.ts";
import { repositoryLink, repositoryPage } from "./links.ts";
import { renderPullsOfCommit } from "./pull.ts";
import { renderMinimalRepository } from "./repository.ts";
import { renderLogin } from "./user.ts";

export async function renderWorkflowRun(hub: Hub, run: WorkflowRun) {
  const repository = found(hub.store.repositories.get(run.repositoryId));
  const head = found(hub.store.repositories.get(run.headRepositoryId));
  const commit = await readCommit(repository.gitDir, run.headSha);
  const actor = renderLogin(hub, run.actor);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("WorkflowRun", run.id),
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId("CheckSuite", run.suiteId),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    run_number: run.runNumber,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    display_title: run.title,
    pull_requests: renderPullsOfCommit(hub, run.headRepositoryId, run.headSha),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor,
    triggering_actor: actor,
    ...linksOf(hub, repository, run),
    previous_attempt_url: null,
    referenced_workflows: [],
    head_commit: commit === null ? null : renderSimpleCommit(commit),
    repository: renderMinimalRepository(hub, repository),
    head_repository: renderMinimalRepository(hub, head),
  };
}

export function renderJob(hub: Hub, job: WorkflowJob) {
  const run = found(hub.store.workflowRuns.get(job.runId));
  const repository = found(hub.store.repositories.get(run.repositoryId));
  return {
    id: job.id,
    run_id: run.id,
    run_url: repositoryLink(hub, repository, `/actions/runs/${run.id}`),
    run_attempt: run.attempt,
    node_id: nodeId("WorkflowJob", job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    url: repositoryLink(hub, repository, `/actions/jobs/${job.id}`),
    html_url: repositoryPage(hub, repository, `/actions/runs/${run.id}/job/${job.id}`),
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    name: job.name,
    workflow_name: run.name,
    check_run_url: repositoryLink(hub, repository, `/check-runs/${job.checkRunId}`),
    labels: ["ubuntu-latest"],
    runner_id: 1,
    runner_name: "local",
    runner_group_id: 1,
    runner_group_name: "local",
    steps: job.steps.map(renderStep),
  };
}

function renderStep(step: JobStep, index: number) {
  return {
    name: step.name,
    number: index + 1,
    status: "completed",
    conclusion: step.conclusion,
    started_at: step.startedAt,
    completed_at: step.completedAt,
  };
}

function linksOf(hub: Hub, repository: Repository, run: WorkflowRun) {
  const url = repositoryLink(hub, repository, `/actions/runs/${run.id}`);
  return {
    url,
    html_url: repositoryPage(hub, repository, `/actions/runs/${run.id}`),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: repositoryLink(hub, repository, `/check-suites/${run.suiteId}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: repositoryLink(hub, repository, `/actions/workflows/${run.workflowId}`),
  };
}
