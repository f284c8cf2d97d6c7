import { associationOf } from "../association.ts";
import { found } from "../http/reply.ts";
import { type Hub, nodeId } from "../hub.ts";
import type { Comment, Issue, Reaction, ReactionTarget } from "../store/conversation.ts";
import { REACTIONS } from "../store/conversation.ts";
import type { Label, Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { renderApp } from "./installation.ts";
import { repositoryLink, repositoryPage } from "./links.ts";
import { renderLogin } from "./user.ts";

export function renderLabel(hub: Hub, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId("Label", label.id),
    url: repositoryLink(hub, repository, `/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function renderLabels(hub: Hub, issue: Issue) {
  const repository = repositoryOf(hub, issue);
  return issue.labels.flatMap((name) => {
    const label = repository.labels.get(name.toLowerCase());
    return label ? [renderLabel(hub, repository, label)] : [];
  });
}

export function renderIssue(hub: Hub, issue: Issue) {
  const repository = repositoryOf(hub, issue);
  const url = repositoryLink(hub, repository, `/issues/${issue.number}`);
  const assignees = issue.assignees.map((login) => renderLogin(hub, login));
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: repositoryLink(hub, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: issuePage(hub, repository, issue),
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: renderLogin(hub, issue.author),
    labels: renderLabels(hub, issue),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: where(hub.store.comments, (row) => isOn(row, issue)).length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: associationOf(hub, repository, issue.author),
    reactions: reactionSummary(hub, "issue", issue.id, `${url}/reactions`),
    performed_via_github_app: issue.viaApp ? renderApp(hub, hub.app.id) : null,
    ...pullLinks(hub, repository, issue),
  };
}

export function renderComment(hub: Hub, comment: Comment) {
  const repository = found(hub.store.repositories.get(comment.repositoryId));
  const url = repositoryLink(hub, repository, `/issues/comments/${comment.id}`);
  const [issue] = where(hub.store.issues, (row) => isOn(comment, row));
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url,
    html_url: `${issuePage(hub, repository, found(issue))}#issuecomment-${comment.id}`,
    issue_url: repositoryLink(hub, repository, `/issues/${comment.issueNumber}`),
    user: renderLogin(hub, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(hub, repository, comment.author),
    performed_via_github_app: comment.viaApp ? renderApp(hub, hub.app.id) : null,
    reactions: reactionSummary(hub, "comment", comment.id, `${url}/reactions`),
  };
}

export function renderReaction(hub: Hub, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId("Reaction", reaction.id),
    user: renderLogin(hub, reaction.author),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function reactionSummary(hub: Hub, target: ReactionTarget, targetId: number, url: string) {
  const all = where(hub.store.reactions, (row) => row.target === target && row.targetId === targetId);
  const counts = REACTIONS.map((content) => [content, all.filter((row) => row.content === content).length]);
  return { url, total_count: all.length, ...Object.fromEntries(counts) };
}

export function isOn(comment: Pick<Comment, "repositoryId" | "issueNumber">, issue: Issue): boolean {
  return comment.repositoryId === issue.repositoryId && comment.issueNumber === issue.number;
}

function repositoryOf(hub: Hub, issue: Issue): Repository {
  return found(hub.store.repositories.get(issue.repositoryId));
}

function issuePage(hub: Hub, repository: Repository, issue: Issue): string {
  return repositoryPage(hub, repository, `/${issue.pull ? "pull" : "issues"}/${issue.number}`);
}

function pullLinks(hub: Hub, repository: Repository, issue: Issue) {
  if (!issue.pull) return {};
  const page = repositoryPage(hub, repository, `/pull/${issue.number}`);
  const url = repositoryLink(hub, repository, `/pulls/${issue.number}`);
  return {
    draft: issue.pull.draft,
    pull_request: {
      url,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: issue.pull.mergedAt,
    },
  };
}
