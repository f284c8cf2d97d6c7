import type { PullComment } from "../../jobs/fork-port.ts";
import type { Target } from "../../jobs/ports.ts";
import type { TokenClient } from "../client/token-client.ts";
import { edgePages } from "../port/pages.ts";

const MOST_PAGES = 3;

/** What was said in the pull request's conversation, oldest first. */
export async function readWords(
  { octokit }: TokenClient,
  { owner, repo }: Target,
  number: number,
): Promise<PullComment[]> {
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const where = { owner, repo, issue_number: number, per_page: 100 };
  const rows = await edgePages((page) => octokit.request(route, { ...where, page }), MOST_PAGES);
  return rows.map(({ id, user, author_association, body }) => ({
    id: Number(id),
    author: user?.login ?? "ghost",
    association: author_association ?? "NONE",
    body: body ?? "",
  }));
}
