import { found } from "./http/reply.ts";
import type { Hub } from "./hub.ts";
import { timestamp } from "./hub.ts";
import { renderIssue } from "./render/issue.ts";
import type { Comment, Issue, PullRequest } from "./store/conversation.ts";
import type { Label, Repository, User } from "./store/identity.ts";
import { where } from "./store/store.ts";
import { emit } from "./webhooks.ts";

export type NewIssue = {
  title: string;
  body: string | null;
  labels: readonly string[];
  assignees: readonly string[];
  author: User;
  viaApp: boolean;
};

const DEFAULT_COLOUR = "ededed";

export function createIssue(hub: Hub, repository: Repository, input: NewIssue): Issue {
  const at = timestamp(hub);
  const issue: Issue = {
    id: hub.nextId(),
    number: repository.nextNumber++,
    repositoryId: repository.id,
    title: input.title,
    body: input.body,
    state: "open",
    stateReason: null,
    author: input.author.login,
    viaApp: input.viaApp,
    labels: input.labels.map((name) => labelOf(hub, repository, name).name),
    assignees: input.assignees.filter((login) => hub.store.users.has(login.toLowerCase())),
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    pull: null,
  };
  hub.store.issues.set(issue.id, issue);
  return issue;
}

/** The repository's label of that name; GitHub makes unknown ones when somebody uses them. */
export function labelOf(hub: Hub, repository: Repository, name: string): Label {
  const key = name.toLowerCase();
  const label = repository.labels.get(key) ?? {
    id: hub.nextId(),
    name,
    color: DEFAULT_COLOUR,
    description: null,
  };
  repository.labels.set(key, label);
  return label;
}

/** An issue or a pull request by its number. */
export function issueAt(hub: Hub, repository: Repository, number: number): Issue {
  return found(
    where(hub.store.issues, (row) => row.repositoryId === repository.id && row.number === number)[0],
  );
}

export function pullAt(hub: Hub, repository: Repository, number: number): PullRequest {
  return asPull(issueAt(hub, repository, number));
}

/** The same row, known to be a pull request; it stays the same object, so changes to it count. */
export function asPull(issue: Issue): PullRequest {
  found(issue.pull);
  return issue as PullRequest;
}

export function closeIssue(hub: Hub, issue: Issue, by: string, reason: Issue["stateReason"]): void {
  const at = timestamp(hub);
  Object.assign(issue, { state: "closed", stateReason: reason, closedAt: at, closedBy: by, updatedAt: at });
}

export function reopenIssue(hub: Hub, issue: Issue): void {
  const stateReason = issue.pull ? null : "reopened";
  Object.assign(issue, {
    state: "open",
    stateReason,
    closedAt: null,
    closedBy: null,
    updatedAt: timestamp(hub),
  });
}

export function commentsOn(hub: Hub, issue: Issue): Comment[] {
  return where(
    hub.store.comments,
    (row) => row.repositoryId === issue.repositoryId && row.issueNumber === issue.number,
  );
}

export function emitIssue(
  hub: Hub,
  told: {
    repository: Repository;
    issue: Issue;
    action: string;
    sender: User;
    extra?: Record<string, unknown>;
  },
): void {
  const { repository, issue, action, sender, extra = {} } = told;
  emit(hub, {
    event: "issues",
    repository,
    sender,
    payload: { action, issue: renderIssue(hub, issue), ...extra },
  });
}
