import { createSuite } from "../checks.ts";
import { found } from "../http/reply.ts";
import { type Hub, timestamp } from "../hub.ts";
import { renderWorkflowRun } from "../render/workflow.ts";
import { userOf } from "../repositories.ts";
import type { CheckConclusion, WorkflowRun } from "../store/checks.ts";
import { where } from "../store/store.ts";
import { emit } from "../webhooks.ts";
import { ACTIONS_APP_ID } from "./settings.ts";
import type { Trigger } from "./start-workflows.ts";

export const ACTIONS_BOT = "github-actions[bot]";

/** A new run with its own check suite, as Actions makes one per run. */
export async function recordRun(
  hub: Hub,
  trigger: Trigger,
  workflow: { path: string; name: string },
): Promise<WorkflowRun> {
  const { repository, headSha, headBranch } = trigger;
  const suite = createSuite(hub, { repository, appId: ACTIONS_APP_ID, headSha, headBranch });
  const at = timestamp(hub);
  const run: WorkflowRun = {
    id: hub.nextId(),
    repositoryId: repository.id,
    headRepositoryId: trigger.headRepositoryId,
    suiteId: suite.id,
    workflowId: workflowId(hub, repository.id, workflow.path),
    ...workflow,
    event: trigger.event,
    headBranch,
    headSha,
    pullNumber: trigger.pull?.number ?? null,
    actor: trigger.actor.login,
    runNumber: repository.nextRunNumber++,
    attempt: 1,
    status: "queued",
    conclusion: null,
    title: trigger.title,
    createdAt: at,
    updatedAt: at,
    startedAt: at,
  };
  hub.store.workflowRuns.set(run.id, run);
  await emitRun(hub, run, "requested");
  return run;
}

export async function settleRun(hub: Hub, run: WorkflowRun, conclusion: CheckConclusion): Promise<void> {
  Object.assign(run, { status: "completed", conclusion, updatedAt: timestamp(hub) });
  await emitRun(hub, run, "completed");
}

export async function emitRun(hub: Hub, run: WorkflowRun, action: string): Promise<void> {
  const repository = found(hub.store.repositories.get(run.repositoryId));
  const workflow_run = await renderWorkflowRun(hub, run);
  const workflow = {
    id: run.workflowId,
    node_id: `W_${run.workflowId}`,
    name: run.name,
    path: run.path,
    state: "active",
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    url: workflow_run.workflow_url,
    html_url: workflow_run.html_url,
    badge_url: workflow_run.html_url,
  };
  emit(hub, {
    event: "workflow_run",
    repository,
    sender: userOf(hub, run.actor),
    payload: { action, workflow_run, workflow },
  });
}

function workflowId(hub: Hub, repositoryId: number, path: string): number {
  const [known] = where(
    hub.store.workflowRuns,
    (row) => row.repositoryId === repositoryId && row.path === path,
  );
  return known?.workflowId ?? hub.nextId();
}
