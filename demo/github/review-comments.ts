import { diffFiles } from "./git/diff.ts";
import { invalid } from "./http/reply.ts";
import { type Hub, timestamp } from "./hub.ts";
import { baseOf, pullRange } from "./pull-state.ts";
import { renderPullSimple } from "./render/pull.ts";
import { renderReviewComment } from "./render/review.ts";
import type { PullRequest, Review, ReviewComment } from "./store/conversation.ts";
import type { User } from "./store/identity.ts";
import { emit } from "./webhooks.ts";

export type NewReviewComment = {
  author: User;
  review: Review;
  path: string;
  body: string;
  side: "LEFT" | "RIGHT";
  /** Null for the file as a whole. */
  line: number | null;
};

/** A comment on a line of the diff; a path outside the diff is refused. */
export async function addReviewComment(
  hub: Hub,
  issue: PullRequest,
  input: NewReviewComment,
): Promise<ReviewComment> {
  const { from, to } = await pullRange(hub, issue);
  const files = await diffFiles(baseOf(hub, issue).gitDir, from, to);
  const file = files.find((one) => one.filename === input.path);
  if (!file) {
    throw invalid({
      resource: "PullRequestReviewComment",
      code: "invalid",
      field: "pull_request_review_thread.path",
    });
  }
  return save(hub, issue, { ...input, diffHunk: file.patch ?? "", inReplyTo: null });
}

/** An answer belongs to its thread's first comment. */
export function replyTo(
  hub: Hub,
  issue: PullRequest,
  first: ReviewComment,
  said: Pick<NewReviewComment, "author" | "review" | "body">,
): ReviewComment {
  const { path, side, line, diffHunk } = first;
  return save(hub, issue, { ...said, path, side, line, diffHunk, inReplyTo: first.inReplyTo ?? first.id });
}

export function emitReviewComment(
  hub: Hub,
  issue: PullRequest,
  told: { comment: ReviewComment; action: string; sender: User },
): void {
  const payload = {
    action: told.action,
    comment: renderReviewComment(hub, told.comment),
    pull_request: renderPullSimple(hub, issue),
  };
  emit(hub, {
    event: "pull_request_review_comment",
    repository: baseOf(hub, issue),
    sender: told.sender,
    payload,
  });
}

function save(
  hub: Hub,
  issue: PullRequest,
  input: NewReviewComment & { diffHunk: string; inReplyTo: number | null },
): ReviewComment {
  const at = timestamp(hub);
  const comment: ReviewComment = {
    id: hub.nextId(),
    repositoryId: issue.repositoryId,
    number: issue.number,
    reviewId: input.review.id,
    inReplyTo: input.inReplyTo,
    path: input.path,
    line: input.line,
    side: input.side,
    fileLevel: input.line === null,
    diffHunk: input.diffHunk,
    commitId: issue.pull.head.sha,
    originalCommitId: issue.pull.head.sha,
    body: input.body,
    author: input.author.login,
    resolvedBy: null,
    createdAt: at,
    updatedAt: at,
  };
  hub.store.reviewComments.set(comment.id, comment);
  return comment;
}
