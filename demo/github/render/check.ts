import { suiteState } from "../check-state.ts";
import { readCommit } from "../git/commits.ts";
import { found } from "../http/reply.ts";
import { type Hub, nodeId } from "../hub.ts";
import type { Annotation, CheckRun, CheckSuite, Status } from "../store/checks.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { renderSimpleCommit } from "./commit.ts";
import { renderApp } from "./installation.ts";
import { repositoryLink, repositoryPage, webLink } from "./links.ts";
import { renderPullsOfCommit } from "./pull.ts";
import { renderMinimalRepository } from "./repository.ts";
import { renderLogin } from "./user.ts";

export function renderCheckRun(hub: Hub, run: CheckRun) {
  const repository = found(hub.store.repositories.get(run.repositoryId));
  const url = repositoryLink(hub, repository, `/check-runs/${run.id}`);
  const page = repositoryPage(hub, repository, `/runs/${run.id}`);
  return {
    id: run.id,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    name: run.name,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: renderApp(hub, run.appId),
    pull_requests: renderPullsOfCommit(hub, run.repositoryId, run.headSha),
  };
}

export async function renderCheckSuite(hub: Hub, suite: CheckSuite) {
  const repository = found(hub.store.repositories.get(suite.repositoryId));
  const commit = found(await readCommit(repository.gitDir, suite.headSha));
  const url = repositoryLink(hub, repository, `/check-suites/${suite.id}`);
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(hub, suite),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: renderPullsOfCommit(hub, suite.repositoryId, suite.headSha),
    app: renderApp(hub, suite.appId),
    repository: renderMinimalRepository(hub, repository),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: renderSimpleCommit(commit),
    latest_check_runs_count: where(hub.store.checkRuns, (run) => run.suiteId === suite.id).length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

export function renderAnnotation(hub: Hub, repository: Repository, run: CheckRun, annotation: Annotation) {
  return {
    ...annotation,
    blob_href: repositoryLink(hub, repository, `/contents/${annotation.path}?ref=${run.headSha}`),
  };
}

/** The form of POST statuses and of the list; the combined view has its own. */
export function renderStatus(hub: Hub, status: Status) {
  return { ...renderSimpleStatus(hub, status), creator: renderLogin(hub, status.creator) };
}

export function renderSimpleStatus(hub: Hub, status: Status) {
  const repository = found(hub.store.repositories.get(status.repositoryId));
  return {
    url: repositoryLink(hub, repository, `/statuses/${status.sha}`),
    avatar_url: webLink(hub, "/avatars/status"),
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
