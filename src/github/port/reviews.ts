import type { ReviewComment } from "../../core/event.ts";
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
      comments: comments.filter((comment) => comment.pull_request_review_id === review.id).map(commentOf),
    }));
  });
}

type Row = {
  id: number | bigint;
  path: string;
  body: string;
  commit_id: string;
  in_reply_to_id?: number;
  line?: number | null;
  original_line?: number | null;
  start_line?: number | null;
  side?: string;
  start_side?: string | null;
};

function commentOf(row: Row): ReviewComment {
  const { id, path, line, original_line, body, in_reply_to_id } = row;
  const lines = linesOf(row);
  return {
    id: Number(id),
    path,
    line: line ?? original_line ?? null,
    body,
    thread: Number(in_reply_to_id ?? id),
    ...(lines === null ? {} : { lines }),
  };
}

/** An outdated comment has no line any more, and one on the old side counts lines that are not the branch's. */
function linesOf({ line, start_line, start_side, side, commit_id: sha }: Row): ReviewComment["lines"] | null {
  if (!line || side === "LEFT") return null;
  return { sha, from: start_side === "LEFT" ? line : (start_line ?? line), to: line };
}
