import type { Target } from "../../jobs/ports.ts";
import type { Means } from "./find-fork.ts";

type Task = { issue: number /** Our own pull request, which is no other. */; except: number | null };

/** An open pull request of our account that is about the issue already: its address, or null. */
export async function findOwnPull(
  { client, account }: Means,
  { owner, repo }: Target,
  { issue, except }: Task,
): Promise<string | null> {
  const { login } = await account();
  const { data } = await client.octokit.request("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    creator: login,
    state: "open",
    per_page: 100,
  });
  const about = new RegExp(`(?<![\\w/])#${issue}(?!\\d)|/issues/${issue}(?!\\d)`);
  const found = data.find(
    (row) =>
      row.pull_request !== undefined &&
      row.number !== except &&
      about.test(`${row.title}\n${row.body ?? ""}`),
  );
  return found?.html_url ?? null;
}
