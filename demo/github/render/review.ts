import { associationOf } from "../association.ts";
import { found } from "../http/reply.ts";
import { type Hub, nodeId } from "../hub.ts";
import type { Review, ReviewComment } from "../store/conversation.ts";
import { reactionSummary } from "./issue.ts";
import { repositoryLink, repositoryPage } from "./links.ts";
import { renderLogin } from "./user.ts";

export function renderReview(hub: Hub, review: Review) {
  const repository = found(hub.store.repositories.get(review.repositoryId));
  const page = `${repositoryPage(hub, repository, `/pull/${review.number}`)}#pullrequestreview-${review.id}`;
  const pull = repositoryLink(hub, repository, `/pulls/${review.number}`);
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: renderLogin(hub, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: associationOf(hub, repository, review.author),
    _links: { html: { href: page }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}

/** Webhooks write the state small, the API writes it large. */
export function renderReviewForWebhook(hub: Hub, review: Review) {
  return { ...renderReview(hub, review), state: review.state.toLowerCase(), updated_at: review.submittedAt };
}

export function renderReviewComment(hub: Hub, comment: ReviewComment) {
  const repository = found(hub.store.repositories.get(comment.repositoryId));
  const url = repositoryLink(hub, repository, `/pulls/comments/${comment.id}`);
  const pull = repositoryLink(hub, repository, `/pulls/${comment.number}`);
  const page = `${repositoryPage(hub, repository, `/pull/${comment.number}`)}#discussion_r${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId("PullRequestReviewComment", comment.id),
    pull_request_review_id: comment.reviewId,
    url,
    html_url: page,
    pull_request_url: pull,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.originalCommitId,
    user: renderLogin(hub, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(hub, repository, comment.author),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pull } },
    reactions: reactionSummary(hub, "review-comment", comment.id, `${url}/reactions`),
    ...placeOf(comment),
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

function placeOf(comment: ReviewComment) {
  return {
    start_line: null,
    original_start_line: null,
    start_side: null,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    position: comment.line ?? 1,
    original_position: comment.line ?? 1,
    subject_type: comment.fileLevel ? "file" : "line",
  };
}
