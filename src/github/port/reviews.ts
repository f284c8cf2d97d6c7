import type { ReviewFacts, Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { edgePages } from "./pages.ts";

const MOST_PAGES = 3;

const STATES: Readonly<Record<string, ReviewFacts["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
  PENDING: "pending",
};

/** Every review with its own line comments, oldest first: one request, and another where somebody asks for something. */
export async function readReviews(
  client: RepositoryClient,
  target: Target,
  number: number,
): Promise<ReviewFacts[]> {
  const where = { owner: target.owner, repo: target.repo, pull_number: number, per_page: 100 };
  return client.as(target, "read_pull", async (octokit) => {
    const reviews = await edgePages(
      (page) => octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", { ...where, page }),
      MOST_PAGES,
    );
    const asks = reviews.some(({ state }) => state.toUpperCase() !== "APPROVED");
    const comments = asks
      ? await edgePages(
          (page) =>
            octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", { ...where, page }),
          MOST_PAGES,
        )
      : [];
    return reviews.map((review) => ({
      id: Number(review.id),
      author: review.user?.login ?? "ghost",
      authorIsBot: review.user !== null && review.user.type !== "User",
      association: review.author_association,
      state: STATES[review.state.toUpperCase()] ?? "commented",
      body: review.body,
      commitSha: review.commit_id,
      submittedAt: review.submitted_at ?? "",
      comments: comments
        .filter((comment) => comment.pull_request_review_id === review.id)
        .map(({ id, path, line, original_line, body }) => ({
          id: Number(id),
          path,
          line: line ?? original_line ?? null,
          body,
        })),
    }));
  });
}
