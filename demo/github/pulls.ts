import { startWorkflows } from "./ci/start-workflows.ts";
import { copyRef } from "./git/refs.ts";
import { found } from "./http/reply.ts";
import { type Hub, timestamp } from "./hub.ts";
import { asPull, emitIssue } from "./issues.ts";
import { baseOf, baseTip } from "./pull-state.ts";
import { renderPull } from "./render/pull.ts";
import { userOf } from "./repositories.ts";
import type { Issue, PullRequest } from "./store/conversation.ts";
import type { Repository, User } from "./store/identity.ts";
import { emit } from "./webhooks.ts";

export async function emitPull(
  hub: Hub,
  told: { issue: PullRequest; action: string; sender: User; extra?: Record<string, unknown> },
): Promise<void> {
  const { issue, action, sender, extra = {} } = told;
  // GitHub works out mergeability later, so its webhooks say null.
  const pull_request = { ...(await renderPull(hub, issue)), mergeable: null, mergeable_state: "unknown" };
  const payload = { action, number: issue.number, pull_request, ...extra };
  emit(hub, { event: "pull_request", repository: baseOf(hub, issue), sender, payload });
}

/** Of a pull request GitHub sends pull_request events, of an issue issues events. */
export async function emitIssueOrPull(
  hub: Hub,
  told: {
    repository: Repository;
    issue: Issue;
    action: string;
    sender: User;
    extra?: Record<string, unknown>;
  },
): Promise<void> {
  const { issue, action, sender, extra = {} } = told;
  if (issue.pull) await emitPull(hub, { issue: asPull(issue), action, sender, extra });
  else emitIssue(hub, told);
}

/** Takes over a moved head branch: objects, sha, webhook, workflows. */
export async function synchronizePull(
  hub: Hub,
  issue: PullRequest,
  sha: string,
  sender: User,
): Promise<void> {
  const before = issue.pull.head.sha;
  await fetchHead(hub, issue);
  issue.pull.base.sha = baseTip(hub, issue);
  issue.pull.head.sha = sha;
  issue.updatedAt = timestamp(hub);
  await emitPull(hub, { issue, action: "synchronize", sender, extra: { before, after: sha } });
  await startPullWorkflows(hub, issue, "synchronize", sender);
}

/** Keeps the head reachable in the base repository, as refs/pull/N/head, even from a fork. */
async function fetchHead(hub: Hub, issue: PullRequest): Promise<void> {
  const head = found(hub.store.repositories.get(issue.pull.head.repositoryId));
  await copyRef({
    from: head.gitDir,
    ref: `refs/heads/${issue.pull.head.ref}`,
    to: baseOf(hub, issue).gitDir,
    as: `refs/pull/${issue.number}/head`,
  });
}

export async function startPullWorkflows(
  hub: Hub,
  issue: PullRequest,
  type: string,
  sender: User,
): Promise<void> {
  await startWorkflows(hub, {
    event: "pull_request",
    type,
    repository: baseOf(hub, issue),
    headRepositoryId: issue.pull.head.repositoryId,
    headBranch: issue.pull.head.ref,
    targetBranch: issue.pull.base.ref,
    headSha: issue.pull.head.sha,
    pull: issue,
    actor: userOf(hub, sender.login),
    title: issue.title,
  });
}
