import { z } from "zod";
import type { Intake } from "../../core/github-intake.ts";
import { FromRepository, Id, ignored, MaybeUser, placeOf, Sha } from "./payload.ts";

const Review = FromRepository.extend({
  pull_request: z.object({ number: Id }),
  review: z.object({
    id: Id,
    user: MaybeUser,
    body: z.string().nullish(),
    state: z.string(),
    commit_id: Sha.nullish(),
    submitted_at: z.string().nullish(),
  }),
});

export function readReview(payload: unknown): Intake {
  const { review, pull_request, ...from } = Review.parse(payload);
  if (!review.user) return ignored("the reviewer's account is gone");
  if (!review.submitted_at) return ignored("the review is not submitted");
  return {
    kind: "review",
    repository: placeOf(from),
    pr: pull_request.number,
    review: {
      id: review.id,
      author: review.user.login,
      authorIsBot: review.user.type !== "User",
      state: review.state.toLowerCase(),
      body: review.body ?? "",
      sha: review.commit_id ?? null,
      submittedAt: review.submitted_at,
    },
  };
}

const Thread = FromRepository.extend({ pull_request: z.object({ number: Id }) });

export function readThread(payload: unknown): Intake {
  const { pull_request, ...from } = Thread.parse(payload);
  return { kind: "thread", repository: placeOf(from), pr: pull_request.number };
}

const PullRequest = FromRepository.extend({
  action: z.enum([
    "closed",
    "reopened",
    "synchronize",
    "edited",
    "review_requested",
    "review_request_removed",
  ]),
  pull_request: z.object({
    number: Id,
    merged: z.boolean().nullish(),
    merged_by: MaybeUser,
    updated_at: z.string(),
    head: z.object({ sha: Sha, ref: z.string(), repo: z.object({ id: Id }).nullish() }),
    base: z.object({ ref: z.string() }),
  }),
});

export function readPull(payload: unknown): Intake {
  const { action, pull_request: pull, ...from } = PullRequest.parse(payload);
  return {
    kind: "pull",
    action,
    repository: placeOf(from),
    pr: pull.number,
    headSha: pull.head.sha,
    headBranch: pull.head.ref,
    headRepositoryId: pull.head.repo?.id ?? null,
    baseBranch: pull.base.ref,
    merged: pull.merged ?? false,
    mergedBy: pull.merged_by?.login ?? null,
    by: from.sender?.login ?? "ghost",
    updatedAt: pull.updated_at,
  };
}
