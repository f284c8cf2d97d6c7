import { associationOf } from "../association.ts";
import { countCommits } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { found } from "../http/reply.ts";
import { type Hub, nodeId } from "../hub.ts";
import { mergeState, pullRange } from "../pull-state.ts";
import type { PullRequest, Side } from "../store/conversation.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { isOn, renderLabels } from "./issue.ts";
import { repositoryLink, repositoryPage } from "./links.ts";
import { renderRepository } from "./repository.ts";
import { renderLogin } from "./user.ts";

/** The form of lists. */
export function renderPullSimple(hub: Hub, issue: PullRequest) {
  const repository = found(hub.store.repositories.get(issue.repositoryId));
  const { pull } = issue;
  const assignees = issue.assignees.map((login) => renderLogin(hub, login));
  return {
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    ...linksOf(hub, repository, issue),
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: renderLogin(hub, issue.author),
    body: issue.body,
    labels: renderLabels(hub, issue).map((label) => ({ ...label, description: label.description ?? "" })),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.requestedReviewers.map((login) => renderLogin(hub, login)),
    requested_teams: [],
    head: renderSide(hub, pull.head),
    base: renderSide(hub, pull.base),
    author_association: associationOf(hub, repository, issue.author),
    auto_merge: null,
    draft: pull.draft,
    active_lock_reason: null,
  };
}

/** The full form, with what only git can tell: mergeable, counts. */
export async function renderPull(hub: Hub, issue: PullRequest) {
  const repository = found(hub.store.repositories.get(issue.repositoryId));
  const { from, to } = await pullRange(hub, issue);
  const [files, commits, merge] = await Promise.all([
    diffFiles(repository.gitDir, from, to),
    countCommits(repository.gitDir, `${from}..${to}`),
    mergeState(hub, issue),
  ]);
  return {
    ...renderPullSimple(hub, issue),
    merged: issue.pull.mergedAt !== null,
    merged_by: issue.pull.mergedBy === null ? null : renderLogin(hub, issue.pull.mergedBy),
    mergeable: merge.mergeable,
    rebaseable: false,
    mergeable_state: merge.state,
    comments: where(hub.store.comments, (row) => isOn(row, issue)).length,
    review_comments: where(
      hub.store.reviewComments,
      (row) => row.repositoryId === issue.repositoryId && row.number === issue.number,
    ).length,
    maintainer_can_modify: issue.pull.maintainerCanModify,
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** The form that check runs and workflow runs embed: open pull requests of this very head. */
export function renderPullsOfCommit(hub: Hub, repositoryId: number, sha: string) {
  const pulls = where(
    hub.store.issues,
    (row) =>
      row.state === "open" && row.pull?.head.sha === sha && row.pull.head.repositoryId === repositoryId,
  );
  return pulls.flatMap((issue) => (issue.pull ? [renderMinimal(hub, { ...issue, pull: issue.pull })] : []));
}

function renderMinimal(hub: Hub, issue: PullRequest) {
  const repository = found(hub.store.repositories.get(issue.repositoryId));
  const side = ({ repositoryId, ref, sha }: Side) => {
    const of = found(hub.store.repositories.get(repositoryId));
    return { ref, sha, repo: { id: of.id, url: repositoryLink(hub, of), name: of.name } };
  };
  return {
    id: issue.pull.id,
    number: issue.number,
    url: repositoryLink(hub, repository, `/pulls/${issue.number}`),
    head: side(issue.pull.head),
    base: side(issue.pull.base),
  };
}

function renderSide(hub: Hub, side: Side) {
  const repository = found(hub.store.repositories.get(side.repositoryId));
  return {
    label: `${repository.owner}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: renderLogin(hub, repository.owner),
    repo: renderRepository(hub, repository),
  };
}

function linksOf(hub: Hub, repository: Repository, issue: PullRequest) {
  const page = repositoryPage(hub, repository, `/pull/${issue.number}`);
  const self = repositoryLink(hub, repository, `/pulls/${issue.number}`);
  const issueUrl = repositoryLink(hub, repository, `/issues/${issue.number}`);
  const links = {
    self,
    html: page,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${self}/comments`,
    review_comment: repositoryLink(hub, repository, "/pulls/comments{/number}"),
    commits: `${self}/commits`,
    statuses: repositoryLink(hub, repository, `/statuses/${issue.pull.head.sha}`),
  };
  return {
    url: self,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
  };
}
