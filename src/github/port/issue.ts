import type { IssueFacts, Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { orNull } from "./pages.ts";

export async function readIssue(
  client: RepositoryClient,
  { owner, repo, ...ids }: Target,
  number: number,
): Promise<IssueFacts | null> {
  const answer = await client.as({ owner, repo, ...ids }, "read_issue", (octokit) =>
    orNull(
      octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
        owner,
        repo,
        issue_number: number,
      }),
    ),
  );
  if (answer === null) return null;
  const { title, body, user, author_association: role, created_at: at } = answer.data;
  return {
    title,
    body: body ?? "",
    author: user?.login ?? null,
    ...(role === undefined ? {} : { role }),
    at,
  };
}
