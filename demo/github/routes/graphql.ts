import { z } from "zod";
import { grants, reaches } from "../access.ts";
import { found, ok, Refusal, type Reply } from "../http/reply.ts";
import { type ApiRequest, doer, type Route, route } from "../http/route.ts";
import { nodeId, timestamp } from "../hub.ts";
import { asPull, pullAt } from "../issues.ts";
import { baseOf } from "../pull-state.ts";
import { emitPull } from "../pulls.ts";
import { findRepository, hasRole } from "../repositories.ts";
import type { PullRequest, ReviewComment } from "../store/conversation.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { answerPullNews } from "./pull-news.ts";

const Body = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });
type Body = z.infer<typeof Body>;

/** The few things REST cannot do. Fields are not selected: the answer always holds all of them. */
const OPERATIONS: Readonly<Record<string, (request: ApiRequest<Body>) => Promise<unknown> | unknown>> = {
  resolveReviewThread: (request) => setResolved(request, doer(request).login),
  unresolveReviewThread: (request) => setResolved(request, null),
  markPullRequestReadyForReview: (request) => setDraft(request, false),
  convertPullRequestToDraft: (request) => setDraft(request, true),
  reviewThreads: listThreads,
};

export const GRAPHQL_ROUTES: readonly Route[] = [
  route("POST /api/graphql", { access: { kind: "anyone" }, category: "read", body: Body, handle: answer }),
];

async function answer(request: ApiRequest<Body>): Promise<Reply> {
  if (request.actor.kind === "anonymous")
    throw new Refusal(401, "This endpoint requires you to be authenticated.");
  if (/^query pullNews\b/.test(request.body.query)) return ok(await answerPullNews(request));
  const operation = Object.entries(OPERATIONS).find(([name]) =>
    new RegExp(`\\b${name}\\b`).test(request.body.query),
  )?.[1];
  if (!operation)
    return ok({
      data: null,
      errors: [{ type: "UNSUPPORTED", message: "The local GitHub does not know this query" }],
    });
  try {
    return ok({ data: await operation(request) });
  } catch (error) {
    if (error instanceof Refusal)
      return ok({ data: null, errors: [{ type: "FORBIDDEN", message: error.message }] });
    throw error;
  }
}

function listThreads(request: ApiRequest<Body>): unknown {
  const asked = z
    .object({ owner: z.string(), name: z.string(), number: z.number() })
    .parse(named(request.body.variables));
  const repository = found(findRepository(request.hub, asked.owner, asked.name));
  mustHave(request, repository, "read");
  const first = where(
    request.hub.store.reviewComments,
    (row) => row.repositoryId === repository.id && row.number === asked.number && row.inReplyTo === null,
  );
  const nodes = first.map((comment) => renderThread(request, comment));
  const pageInfo = { hasNextPage: false, endCursor: null };
  return { repository: { pullRequest: { reviewThreads: { totalCount: nodes.length, nodes, pageInfo } } } };
}

/** Callers name the repository `name` or `repo`. */
function named(variables: Record<string, unknown>): Record<string, unknown> {
  return { name: variables.repo, number: variables.pullNumber, ...variables };
}

function renderThread(request: ApiRequest, first: ReviewComment) {
  const { hub, actor } = request;
  const viewer = actor.kind === "anonymous" ? null : doer(request).login;
  const comments = where(hub.store.reviewComments, (row) => row === first || row.inReplyTo === first.id);
  return {
    id: nodeId("PullRequestReviewThread", first.id),
    isResolved: first.resolvedBy !== null,
    isOutdated: false,
    path: first.path,
    line: first.line,
    resolvedBy: first.resolvedBy === null ? null : { login: first.resolvedBy },
    comments: {
      totalCount: comments.length,
      nodes: comments.map(({ id, body, author, createdAt }) => ({
        viewerDidAuthor: author === viewer,
        databaseId: id,
        body,
        createdAt,
        author: { login: author },
      })),
    },
  };
}

function setResolved(request: ApiRequest<Body>, by: string | null): unknown {
  const { hub } = request;
  const first = found(hub.store.reviewComments.get(idIn(request, "threadId")));
  const repository = found(hub.store.repositories.get(first.repositoryId));
  if (!isOwnPull(request, first)) mustHave(request, repository, "write");
  first.resolvedBy = by;
  const name = by === null ? "unresolveReviewThread" : "resolveReviewThread";
  return { [name]: { thread: renderThread(request, first) } };
}

/** Whoever opened the pull request settles its conversations as those do who may write; an app needs its permissions. */
function isOwnPull({ hub, actor }: ApiRequest, { repositoryId, number }: ReviewComment): boolean {
  if (actor.kind !== "user") return false;
  const issue = pullAt(hub, found(hub.store.repositories.get(repositoryId)), number);
  return issue.author === actor.user.login;
}

async function setDraft(request: ApiRequest<Body>, draft: boolean): Promise<unknown> {
  const { hub } = request;
  const issue = pullIn(request);
  mustHave(request, baseOf(hub, issue), "write");
  if (issue.pull.draft !== draft) {
    issue.pull.draft = draft;
    issue.updatedAt = timestamp(hub);
    await emitPull(hub, {
      issue,
      action: draft ? "converted_to_draft" : "ready_for_review",
      sender: doer(request),
    });
  }
  const name = draft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview";
  return {
    [name]: {
      pullRequest: { id: nodeId("PullRequest", issue.pull.id), number: issue.number, isDraft: draft },
    },
  };
}

function pullIn(request: ApiRequest<Body>): PullRequest {
  const id = idIn(request, "pullRequestId");
  return asPull(found(where(request.hub.store.issues, (row) => row.pull?.id === id)[0]));
}

/** The number inside a node id, given as a variable or inside an `input` variable. */
function idIn({ body }: ApiRequest<Body>, name: string): number {
  const input = z.record(z.string(), z.unknown()).catch({}).parse(body.variables.input);
  const value = String(body.variables[name] ?? input[name] ?? body.variables.id ?? "");
  return Number(Buffer.from(value, "base64url").toString("utf8").split(":")[1]);
}

/** Resolving threads needs contents: write, marking ready pull_requests: write; both are asked for here. */
function mustHave({ hub, actor }: ApiRequest<Body>, repository: Repository, level: "read" | "write"): void {
  if (level === "read" && !repository.private) return;
  const allowed =
    actor.kind === "installation"
      ? reaches(hub, actor, repository) &&
        (level === "read" ? ["pull_requests"] : ["pull_requests", "contents"]).every((name) =>
          grants(actor.permissions, name, level),
        )
      : actor.kind === "user" && hasRole(hub, repository, actor.user.login, level);
  if (!allowed) throw new Refusal(403, "Resource not accessible by integration");
}
