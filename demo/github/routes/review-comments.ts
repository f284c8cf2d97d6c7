import { z } from "zod";
import { reads, writes } from "../access.ts";
import { page } from "../http/paginate.ts";
import { created, found, invalid, notFound, ok, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { type Hub, timestamp } from "../hub.ts";
import { pullAt } from "../issues.ts";
import { renderReviewComment } from "../render/review.ts";
import { addReviewComment, emitReviewComment, replyTo } from "../review-comments.ts";
import type { PullRequest, Review, ReviewComment } from "../store/conversation.ts";
import { where } from "../store/store.ts";

const Answer = z.object({ body: z.string().min(1).max(65_536) });
const NewComment = z.object({
  body: z.string().min(1).max(65_536),
  commit_id: z.string(),
  path: z.string(),
  line: z.number().int().optional(),
  position: z.number().int().optional(),
  side: z.enum(["LEFT", "RIGHT"]).default("RIGHT"),
  subject_type: z.enum(["line", "file"]).default("line"),
  in_reply_to: z.number().int().optional(),
});

export const REVIEW_COMMENT_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/comments", { access: reads("pull_requests"), handle: listAll }),
  route("GET /repos/{owner}/{repo}/pulls/comments/{comment_id}", {
    access: reads("pull_requests"),
    handle: (request) => ok(renderReviewComment(request.hub, commentIn(request))),
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", {
    access: reads("pull_requests"),
    handle: listComments,
  }),
  route("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments", {
    access: writes("pull_requests", "read"),
    body: NewComment,
    handle: createComment,
  }),
  route("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", {
    access: writes("pull_requests", "read"),
    body: Answer,
    handle: answerFirst,
  }),
];

function listAll({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const items = where(hub.store.reviewComments, (row) => row.repositoryId === repository.id);
  return page({ url, items, render: (row) => renderReviewComment(hub, row) });
}

function listComments(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const { number } = pullIn(request);
  const items = where(
    hub.store.reviewComments,
    (row) => row.repositoryId === repository.id && row.number === number,
  );
  return page({ url, items, render: (row) => renderReviewComment(hub, row) });
}

async function createComment(request: RepositoryRequest<z.infer<typeof NewComment>>): Promise<Reply> {
  const { hub, body } = request;
  if (body.in_reply_to !== undefined) return answer(request, body.body, body.in_reply_to);
  const issue = pullIn(request);
  const author = doer(request);
  const review = loneReview(hub, issue, author.login);
  const line = body.subject_type === "file" ? null : (body.line ?? body.position ?? null);
  const { path, side } = body;
  const comment = await addReviewComment(hub, issue, { author, review, path, side, line, body: body.body });
  hub.store.reviews.set(review.id, review);
  emitReviewComment(hub, issue, { comment, action: "created", sender: author });
  return created(renderReviewComment(hub, comment));
}

/** GitHub takes a reply to a conversation's first comment only. */
function answerFirst(request: RepositoryRequest<z.infer<typeof Answer>>): Reply {
  const id = idParam(request, "comment_id");
  const first = found(request.hub.store.reviewComments.get(id));
  if (first.inReplyTo !== null)
    throw invalid({ resource: "PullRequestReviewComment", code: "invalid", field: "in_reply_to" });
  return answer(request, request.body.body, id);
}

function answer(request: RepositoryRequest, body: string, to: number): Reply {
  const { hub } = request;
  const issue = pullIn(request);
  const first = found(hub.store.reviewComments.get(to));
  if (first.repositoryId !== issue.repositoryId || first.number !== issue.number) throw notFound();
  const author = doer(request);
  const review = loneReview(hub, issue, author.login);
  hub.store.reviews.set(review.id, review);
  const comment = replyTo(hub, issue, first, { author, review, body });
  emitReviewComment(hub, issue, { comment, action: "created", sender: author });
  return created(renderReviewComment(hub, comment));
}

/** A single comment lives in a review of its own without text. */
function loneReview(hub: Hub, issue: PullRequest, author: string): Review {
  return {
    id: hub.nextId(),
    repositoryId: issue.repositoryId,
    number: issue.number,
    author,
    body: "",
    state: "COMMENTED",
    commitId: issue.pull.head.sha,
    submittedAt: timestamp(hub),
  };
}

function commentIn(request: RepositoryRequest): ReviewComment {
  const comment = found(request.hub.store.reviewComments.get(idParam(request, "comment_id")));
  if (comment.repositoryId !== request.repository.id) throw notFound();
  return comment;
}

function pullIn(request: RepositoryRequest): PullRequest {
  return pullAt(request.hub, request.repository, idParam(request, "pull_number"));
}
