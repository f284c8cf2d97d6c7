import { grants } from "./access.ts";
import { createSuite, emitCheckSuite } from "./checks.ts";
import { startWorkflows } from "./ci/start-workflows.ts";
import { readCommit } from "./git/commits.ts";
import { isAncestor, readRefs } from "./git/refs.ts";
import { type Hub, timestamp } from "./hub.ts";
import { asPull, closeIssue } from "./issues.ts";
import { emitPull, synchronizePull } from "./pulls.ts";
import { installationOf } from "./reach.ts";
import { renderPush } from "./render/push.ts";
import type { PullRequest } from "./store/conversation.ts";
import type { Repository, User } from "./store/identity.ts";
import { where } from "./store/store.ts";
import { emit } from "./webhooks.ts";

export type RefChange = { ref: string; before: string | null; after: string | null };

/**
 * Looks at what a push, a merge or a deletion left behind and does what GitHub does then:
 * webhooks, pull requests, check suites, workflows. Call it under the repository's lock.
 */
export async function settleRefs(hub: Hub, repository: Repository, by: User): Promise<void> {
  const now = await readRefs(repository.gitDir);
  const changes = differences(repository.refs, now);
  repository.refs = now;
  if (changes.length > 0) repository.pushedAt = timestamp(hub);
  for (const change of changes) await settle(hub, repository, change, by);
}

export function refsLock(repository: Repository): string {
  return `refs of ${repository.id}`;
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
}

async function settle(hub: Hub, repository: Repository, change: RefChange, by: User): Promise<void> {
  emit(hub, {
    event: "push",
    repository,
    sender: by,
    payload: await renderPush(hub, repository, change, by),
  });
  const branch = /^refs\/heads\/(.+)$/.exec(change.ref)?.[1];
  if (branch === undefined) return;
  if (change.after === null) {
    await closePullsFrom(hub, repository, branch, by);
    return;
  }
  await requestSuite(hub, repository, { branch, before: change.before, sha: change.after, by });
  await updatePullsFrom(hub, repository, { branch, sha: change.after, by });
  await closeMergedPulls(hub, repository, { branch, sha: change.after, by });
  await startPushWorkflows(hub, repository, { branch, sha: change.after, by });
}

type Tip = { branch: string; sha: string; by: User };

/** Every app that may write checks gets a suite for each pushed commit. */
async function requestSuite(
  hub: Hub,
  repository: Repository,
  tip: Tip & { before: string | null },
): Promise<void> {
  const installation = installationOf(hub, repository);
  if (!installation || !grants(installation.permissions, "checks", "write")) return;
  const known = where(
    hub.store.checkSuites,
    (row) => row.repositoryId === repository.id && row.appId === hub.app.id && row.headSha === tip.sha,
  );
  if (known.length > 0) return;
  const { branch: headBranch, sha: headSha, before } = tip;
  const suite = createSuite(hub, { repository, appId: hub.app.id, headSha, headBranch, before });
  await emitCheckSuite(hub, { repository, suite, action: "requested", sender: tip.by });
}

async function updatePullsFrom(hub: Hub, repository: Repository, { branch, sha, by }: Tip): Promise<void> {
  for (const issue of openPulls(hub, (pull) => isHead(pull, repository, branch))) {
    if (issue.pull.head.sha !== sha) await synchronizePull(hub, issue, sha, by);
  }
}

/** A pull request whose commits reached its base by an ordinary push counts as merged. */
async function closeMergedPulls(hub: Hub, repository: Repository, { branch, sha, by }: Tip): Promise<void> {
  const into = openPulls(hub, ({ base }) => base.repositoryId === repository.id && base.ref === branch);
  for (const issue of into) {
    if (!(await isAncestor(repository.gitDir, issue.pull.head.sha, sha))) continue;
    Object.assign(issue.pull, { mergedAt: timestamp(hub), mergedBy: by.login, mergeCommitSha: sha });
    closeIssue(hub, issue, by.login, null);
    await emitPull(hub, { issue, action: "closed", sender: by });
  }
}

async function closePullsFrom(hub: Hub, repository: Repository, branch: string, by: User): Promise<void> {
  for (const issue of openPulls(hub, (pull) => isHead(pull, repository, branch))) {
    closeIssue(hub, issue, by.login, null);
    await emitPull(hub, { issue, action: "closed", sender: by });
  }
}

async function startPushWorkflows(hub: Hub, repository: Repository, { branch, sha, by }: Tip): Promise<void> {
  const commit = await readCommit(repository.gitDir, sha);
  await startWorkflows(hub, {
    event: "push",
    type: null,
    repository,
    headRepositoryId: repository.id,
    headBranch: branch,
    targetBranch: branch,
    headSha: sha,
    pull: null,
    actor: by,
    title: commit?.message.split("\n")[0] ?? "",
  });
}

function openPulls(hub: Hub, fits: (pull: PullRequest["pull"]) => boolean): PullRequest[] {
  return where(hub.store.issues, (row) => row.state === "open" && row.pull !== null && fits(row.pull)).map(
    asPull,
  );
}

function isHead(pull: PullRequest["pull"], repository: Repository, branch: string): boolean {
  return pull.head.repositoryId === repository.id && pull.head.ref === branch;
}
