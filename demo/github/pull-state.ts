import { isBlocked, worstOf } from "./check-state.ts";
import { mergeBase } from "./git/commits.ts";
import { tryMerge } from "./git/merge.ts";
import { found } from "./http/reply.ts";
import type { Hub } from "./hub.ts";
import type { PullRequest } from "./store/conversation.ts";
import type { Repository } from "./store/identity.ts";

/** The two commits whose difference the pull request shows. */
export async function pullRange(hub: Hub, issue: PullRequest): Promise<{ from: string; to: string }> {
  const repository = baseOf(hub, issue);
  const to = issue.pull.head.sha;
  const from = await mergeBase(repository.gitDir, baseTip(hub, issue), to);
  return { from: from ?? issue.pull.base.sha, to };
}

/** The tip of the base branch for an open pull request; a closed one keeps what it had. */
export function baseTip(hub: Hub, issue: PullRequest): string {
  const { base } = issue.pull;
  const tip = baseOf(hub, issue).refs.get(`refs/heads/${base.ref}`);
  return issue.state === "open" ? (tip ?? base.sha) : base.sha;
}

export type MergeState = { mergeable: boolean | null; state: string };

export async function mergeState(hub: Hub, issue: PullRequest): Promise<MergeState> {
  if (issue.state === "closed") return { mergeable: null, state: "unknown" };
  const repository = baseOf(hub, issue);
  const merge = await tryMerge(repository.gitDir, baseTip(hub, issue), issue.pull.head.sha);
  if (!merge.clean) return { mergeable: false, state: "dirty" };
  if (issue.pull.draft) return { mergeable: true, state: "draft" };
  if (isBlocked(hub, repository, issue)) return { mergeable: true, state: "blocked" };
  if (await isBehind(hub, issue)) return { mergeable: true, state: "behind" };
  const worst = worstOf(hub, repository.id, issue.pull.head.sha);
  return { mergeable: true, state: worst === "none" || worst === "success" ? "clean" : "unstable" };
}

/** Only a rule that branches be up to date makes it matter that the base has moved on. */
export async function isBehind(hub: Hub, issue: PullRequest): Promise<boolean> {
  const repository = baseOf(hub, issue);
  if (!repository.upToDate || issue.pull.base.ref !== repository.defaultBranch) return false;
  const tip = baseTip(hub, issue);
  return (await mergeBase(repository.gitDir, tip, issue.pull.head.sha)) !== tip;
}

export function baseOf(hub: Hub, issue: PullRequest): Repository {
  return found(hub.store.repositories.get(issue.repositoryId));
}
