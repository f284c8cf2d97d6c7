import { z } from "zod";
import { reads, writes } from "../access.ts";
import { page } from "../http/paginate.ts";
import { created, found, noContent, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { timestamp } from "../hub.ts";
import { issueAt } from "../issues.ts";
import { renderReaction } from "../render/issue.ts";
import { REACTIONS, type Reaction, type ReactionTarget } from "../store/conversation.ts";
import { where } from "../store/store.ts";

const Body = z.object({ content: z.enum(REACTIONS) });
type Body = z.infer<typeof Body>;
type Target = { target: ReactionTarget; targetId: number };

export const REACTION_ROUTES: readonly Route[] = [
  ...reactionsOf("/repos/{owner}/{repo}/issues/comments/{comment_id}", "conversation", commentTarget),
  ...reactionsOf("/repos/{owner}/{repo}/issues/{issue_number}", "conversation", issueTarget),
  ...reactionsOf("/repos/{owner}/{repo}/pulls/comments/{comment_id}", "pull_requests", reviewCommentTarget),
];

function reactionsOf(
  below: string,
  permission: "conversation" | "pull_requests",
  find: (request: RepositoryRequest) => Target,
): Route[] {
  const access = writes(permission, "read");
  return [
    route(`GET ${below}/reactions` as "GET /", {
      access: reads(permission),
      handle: (request) => list(request, find(request)),
    }),
    route(`POST ${below}/reactions` as "POST /", {
      access,
      body: Body,
      handle: (request) => react(request, find(request)),
    }),
    route(`DELETE ${below}/reactions/{reaction_id}` as "DELETE /", {
      access,
      handle: (request) => remove(request, find(request)),
    }),
  ];
}

function list({ hub, url }: RepositoryRequest, on: Target): Promise<Reply> {
  const content = url.searchParams.get("content");
  const items = reactionsOn({ hub }, on).filter((row) => content === null || row.content === content);
  return page({ url, items, render: (row) => renderReaction(hub, row) });
}

/** The same reaction twice is one reaction: 200 instead of 201. */
function react(request: RepositoryRequest<Body>, on: Target): Reply {
  const { hub, body } = request;
  const author = doer(request).login;
  const known = reactionsOn(request, on).find((row) => row.author === author && row.content === body.content);
  if (known) return ok(renderReaction(hub, known));
  const reaction: Reaction = {
    id: hub.nextId(),
    ...on,
    content: body.content,
    author,
    createdAt: timestamp(hub),
  };
  hub.store.reactions.set(reaction.id, reaction);
  return created(renderReaction(hub, reaction));
}

function remove(request: RepositoryRequest, on: Target): Reply {
  const id = idParam(request, "reaction_id");
  const reaction = found(reactionsOn(request, on).find((row) => row.id === id));
  if (reaction.author !== doer(request).login)
    throw new Refusal(403, "You can only delete your own reactions.");
  request.hub.store.reactions.delete(id);
  return noContent();
}

function reactionsOn({ hub }: Pick<RepositoryRequest, "hub">, on: Target): Reaction[] {
  return where(hub.store.reactions, (row) => row.target === on.target && row.targetId === on.targetId);
}

function commentTarget(request: RepositoryRequest): Target {
  const targetId = idParam(request, "comment_id");
  if (found(request.hub.store.comments.get(targetId)).repositoryId !== request.repository.id)
    throw notFound();
  return { target: "comment", targetId };
}

function issueTarget(request: RepositoryRequest): Target {
  return {
    target: "issue",
    targetId: issueAt(request.hub, request.repository, idParam(request, "issue_number")).id,
  };
}

function reviewCommentTarget(request: RepositoryRequest): Target {
  const targetId = idParam(request, "comment_id");
  if (found(request.hub.store.reviewComments.get(targetId)).repositoryId !== request.repository.id)
    throw notFound();
  return { target: "review-comment", targetId };
}
