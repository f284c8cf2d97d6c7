import { z } from "zod";
import { reads, writes } from "../access.ts";
import { created, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { pullAt } from "../issues.ts";
import { emitPull } from "../pulls.ts";
import { renderPullSimple } from "../render/pull.ts";
import { renderUser } from "../render/user.ts";
import { userOf } from "../repositories.ts";
import type { PullRequest } from "../store/conversation.ts";

const Reviewers = z.object({
  reviewers: z.array(z.string()).default([]),
  team_reviewers: z.array(z.string()).default([]),
});

export const REVIEWER_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
    access: reads("pull_requests"),
    handle: listReviewers,
  }),
  route("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
    access: writes("pull_requests", "triage"),
    category: "edit",
    body: Reviewers,
    handle: requestReviewers,
  }),
];

function listReviewers(request: RepositoryRequest): Reply {
  const { requestedReviewers } = pullIn(request).pull;
  return ok({
    users: requestedReviewers.map((login) => renderUser(request.hub, userOf(request.hub, login))),
    teams: [],
  });
}

async function requestReviewers(request: RepositoryRequest<z.infer<typeof Reviewers>>): Promise<Reply> {
  const { hub, repository, body } = request;
  const issue = pullIn(request);
  for (const login of body.reviewers) {
    if (login === issue.author)
      throw new Refusal(422, "Review cannot be requested from pull request author.");
    if (
      (repository.collaborators.get(login.toLowerCase()) ??
        (login === repository.owner ? "admin" : "none")) === "none"
    ) {
      throw new Refusal(
        422,
        "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
      );
    }
    if (!issue.pull.requestedReviewers.includes(login)) issue.pull.requestedReviewers.push(login);
    const extra = { requested_reviewer: renderUser(hub, userOf(hub, login)) };
    await emitPull(hub, { issue, action: "review_requested", sender: doer(request), extra });
  }
  return created(renderPullSimple(hub, issue));
}

function pullIn(request: RepositoryRequest): PullRequest {
  return pullAt(request.hub, request.repository, idParam(request, "pull_number"));
}
