import { z } from "zod";
import { reads, writes } from "../access.ts";
import { page } from "../http/paginate.ts";
import { created, found, noContent, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { type Hub, timestamp } from "../hub.ts";
import { commentsOn, issueAt } from "../issues.ts";
import { renderComment, renderIssue } from "../render/issue.ts";
import { hasRole } from "../repositories.ts";
import type { Comment } from "../store/conversation.ts";
import { where } from "../store/store.ts";
import { emit } from "../webhooks.ts";

const Body = z.object({ body: z.string().min(1).max(65_536) });
type Body = z.infer<typeof Body>;

export const COMMENT_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues/comments", { access: reads("issues"), handle: listAll }),
  route("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    access: reads("conversation"),
    handle: getComment,
  }),
  route("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    access: writes("conversation", "read"),
    body: Body,
    handle: editComment,
  }),
  route("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    access: writes("conversation", "read"),
    handle: deleteComment,
  }),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    access: reads("conversation"),
    handle: listComments,
  }),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    access: writes("conversation", "read"),
    body: Body,
    handle: createComment,
  }),
];

function listAll({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const items = where(hub.store.comments, (row) => row.repositoryId === repository.id).filter(
    changedSince(url),
  );
  if (url.searchParams.get("direction") === "desc") items.reverse();
  return page({ url, items, render: (row) => renderComment(hub, row) });
}

function listComments(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const issue = issueAt(hub, repository, idParam(request, "issue_number"));
  return page({
    url,
    items: commentsOn(hub, issue).filter(changedSince(url)),
    render: (row) => renderComment(hub, row),
  });
}

function changedSince(url: URL): (comment: Comment) => boolean {
  const since = url.searchParams.get("since") ?? "";
  return (comment) => comment.updatedAt >= since;
}

function getComment(request: RepositoryRequest): Reply {
  return ok(renderComment(request.hub, commentIn(request)));
}

function createComment(request: RepositoryRequest<Body>): Reply {
  const { hub, repository, actor } = request;
  const issue = issueAt(hub, repository, idParam(request, "issue_number"));
  const at = timestamp(hub);
  const comment: Comment = {
    id: hub.nextId(),
    repositoryId: repository.id,
    issueNumber: issue.number,
    body: request.body.body,
    author: doer(request).login,
    viaApp: actor.kind === "installation",
    createdAt: at,
    updatedAt: at,
  };
  hub.store.comments.set(comment.id, comment);
  issue.updatedAt = at;
  tell(request, comment, "created");
  return created(renderComment(hub, comment));
}

function editComment(request: RepositoryRequest<Body>): Reply {
  const comment = ownOrWritable(request);
  const from = comment.body;
  Object.assign(comment, { body: request.body.body, updatedAt: timestamp(request.hub) });
  tell(request, comment, "edited", { changes: { body: { from } } });
  return ok(renderComment(request.hub, comment));
}

function deleteComment(request: RepositoryRequest): Reply {
  const comment = ownOrWritable(request);
  tell(request, comment, "deleted");
  request.hub.store.comments.delete(comment.id);
  return noContent();
}

/** One's own comment, or anybody's for who may write; an app may only touch its own. */
function ownOrWritable(request: RepositoryRequest): Comment {
  const { hub, actor, repository } = request;
  const comment = commentIn(request);
  const { login } = doer(request);
  if (comment.author === login || (actor.kind === "user" && hasRole(hub, repository, login, "write")))
    return comment;
  throw actor.kind === "installation"
    ? new Refusal(403, "Resource not accessible by integration")
    : notFound();
}

function commentIn(request: RepositoryRequest): Comment {
  const comment = found(request.hub.store.comments.get(idParam(request, "comment_id")));
  if (comment.repositoryId !== request.repository.id) throw notFound();
  return comment;
}

function tell(
  request: RepositoryRequest,
  comment: Comment,
  action: string,
  extra: Record<string, unknown> = {},
): void {
  const { hub, repository } = request;
  const payload = {
    action,
    issue: issueOf(hub, request, comment),
    comment: renderComment(hub, comment),
    ...extra,
  };
  emit(hub, { event: "issue_comment", repository, sender: doer(request), payload });
}

function issueOf(hub: Hub, { repository }: RepositoryRequest, comment: Comment) {
  return renderIssue(hub, issueAt(hub, repository, comment.issueNumber));
}
