import { z } from "zod";
import { reads, writes } from "../access.ts";
import { page } from "../http/paginate.ts";
import { found, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { type Hub, timestamp } from "../hub.ts";
import { pullAt } from "../issues.ts";
import { renderPullSimple } from "../render/pull.ts";
import { renderReview, renderReviewComment, renderReviewForWebhook } from "../render/review.ts";
import { addReviewComment, emitReviewComment } from "../review-comments.ts";
import type { PullRequest, Review } from "../store/conversation.ts";
import { where } from "../store/store.ts";
import { emit } from "../webhooks.ts";

const STATES = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;
const Comment = z.object({
  path: z.string(),
  body: z.string().min(1),
  line: z.number().int().optional(),
  position: z.number().int().optional(),
  side: z.enum(["LEFT", "RIGHT"]).default("RIGHT"),
});
const NewReview = z.object({
  commit_id: z.string().optional(),
  body: z.string().default(""),
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]),
  comments: z.array(Comment).default([]),
});
const Dismissal = z.object({ message: z.string().min(1), event: z.literal("DISMISS").optional() });

type NewReview = z.infer<typeof NewReview>;

export const REVIEW_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    access: reads("pull_requests"),
    handle: listReviews,
  }),
  route("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    access: writes("pull_requests", "read"),
    body: NewReview,
    handle: createReview,
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", {
    access: reads("pull_requests"),
    handle: (request) => ok(renderReview(request.hub, reviewIn(request))),
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments", {
    access: reads("pull_requests"),
    handle: listCommentsOfReview,
  }),
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals", {
    access: writes("pull_requests", "write"),
    body: Dismissal,
    handle: dismiss,
  }),
];

function listReviews(request: RepositoryRequest): Promise<Reply> {
  const { hub, url } = request;
  return page({ url, items: reviewsOf(hub, pullIn(request)), render: (row) => renderReview(hub, row) });
}

async function createReview(request: RepositoryRequest<NewReview>): Promise<Reply> {
  const { hub, body } = request;
  const issue = pullIn(request);
  const author = doer(request);
  checkReview(issue, author.login, body);
  const review = saveReview(hub, issue, author.login, body);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((login) => login !== author.login);
  for (const comment of body.comments) {
    const { path, body: text, side, line, position } = comment;
    const added = await addReviewComment(hub, issue, {
      author,
      review,
      path,
      body: text,
      side,
      line: line ?? position ?? null,
    });
    emitReviewComment(hub, issue, { comment: added, action: "created", sender: author });
  }
  tell(request, issue, review, "submitted");
  return ok(renderReview(hub, review));
}

function checkReview(issue: PullRequest, login: string, body: NewReview): void {
  if (issue.author === login && body.event !== "COMMENT") {
    const what = body.event === "APPROVE" ? "approve" : "request changes on";
    throw new Refusal(422, "Unprocessable Entity", { errors: [`Can not ${what} your own pull request`] });
  }
  if (body.event !== "APPROVE" && body.body === "" && body.comments.length === 0) {
    throw new Refusal(422, "Unprocessable Entity", { errors: ["Body can't be blank"] });
  }
}

function saveReview(hub: Hub, issue: PullRequest, author: string, body: NewReview): Review {
  const review: Review = {
    id: hub.nextId(),
    repositoryId: issue.repositoryId,
    number: issue.number,
    author,
    body: body.body,
    state: STATES[body.event],
    commitId: body.commit_id ?? issue.pull.head.sha,
    submittedAt: timestamp(hub),
  };
  hub.store.reviews.set(review.id, review);
  return review;
}

function listCommentsOfReview(request: RepositoryRequest): Promise<Reply> {
  const { hub, url } = request;
  const review = reviewIn(request);
  const items = where(hub.store.reviewComments, (row) => row.reviewId === review.id);
  return page({ url, items, render: (row) => renderReviewComment(hub, row) });
}

function dismiss(request: RepositoryRequest<z.infer<typeof Dismissal>>): Reply {
  const review = reviewIn(request);
  if (review.state === "COMMENTED" || review.state === "DISMISSED") {
    throw new Refusal(422, "Unprocessable Entity", {
      errors: ["Can not dismiss a commented pull request review"],
    });
  }
  review.state = "DISMISSED";
  tell(request, pullIn(request), review, "dismissed");
  return ok(renderReview(request.hub, review));
}

function tell(request: RepositoryRequest, issue: PullRequest, review: Review, action: string): void {
  const { hub, repository } = request;
  const payload = {
    action,
    review: renderReviewForWebhook(hub, review),
    pull_request: renderPullSimple(hub, issue),
  };
  emit(hub, { event: "pull_request_review", repository, sender: doer(request), payload });
}

function reviewsOf(hub: Hub, issue: PullRequest): Review[] {
  return where(
    hub.store.reviews,
    (row) => row.repositoryId === issue.repositoryId && row.number === issue.number,
  );
}

function reviewIn(request: RepositoryRequest): Review {
  const review = found(request.hub.store.reviews.get(idParam(request, "review_id")));
  const issue = pullIn(request);
  if (review.repositoryId !== issue.repositoryId || review.number !== issue.number) throw notFound();
  return review;
}

function pullIn(request: RepositoryRequest): PullRequest {
  return pullAt(request.hub, request.repository, idParam(request, "pull_number"));
}
