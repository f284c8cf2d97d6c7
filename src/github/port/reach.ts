import type { Reach } from "../../core/reach.ts";
import type { Target } from "../../jobs/ports.ts";
import type { GitHubClient } from "../client/client.ts";
import { type ErrorKind, GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";

/** What GitHub's refusals mean where a token is minted by the repository's id; the rest is thrown on and tried again. */
const OUT_OF_REACH: Partial<Record<ErrorKind, (target: Target) => string>> = {
  not_found: ({ owner }) =>
    `the app's installation on ${owner} is gone: install it again, then resume the run`,
  forbidden: ({ owner }) =>
    `the app's installation on ${owner} is suspended: unsuspend it, then resume the run`,
  invalid: ({ owner, repo }) =>
    `${owner}/${repo} is out of the reach of the app's installation: add it there, then resume the run`,
};

/** As the installation that the target belongs to, and no other. What a kept token is refused is asked with one of this moment. */
export async function readReach(client: GitHubClient, target: Target): Promise<Reach> {
  const kept = await unlessRefused(
    client.as(target, "find_repository", (octokit) => lookAt(octokit, target)),
  );
  if (kept.ok) return kept;
  try {
    return await client.afresh(target, "find_repository", (octokit) => lookAt(octokit, target));
  } catch (error) {
    const means = error instanceof GitHubError ? OUT_OF_REACH[error.kind] : undefined;
    if (means === undefined) throw error;
    return { ok: false, why: means(target) };
  }
}

async function unlessRefused(looking: Promise<Reach>): Promise<Reach> {
  try {
    return await looking;
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    return { ok: false, why: error.message };
  }
}

/** Asks for the repository by its last known name; GitHub leads former names to the same repository. */
export async function lookAt(octokit: Octokit, { owner, repo }: Target): Promise<Reach> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
    const names = { owner: data.owner.login, repo: data.name, repositoryId: Number(data.id) };
    return { ok: true, ...names, private: data.private, archived: data.archived };
  } catch (error) {
    if (!(error instanceof GitHubError) || error.kind !== "not_found") throw error;
    return { ok: false, why: `${owner}/${repo} cannot be found any more: it was deleted or made private` };
  }
}
