import type { CheckFact, Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { GitHubError } from "../client/github-error.ts";

/** Has the failed jobs of those checks' workflow runs run again; false unless that could be asked for all of them. */
export async function rerunFailed(
  client: RepositoryClient,
  target: Target,
  checks: readonly CheckFact[],
): Promise<boolean> {
  const runs = checks.map(({ url }) => /\/actions\/runs\/(\d+)\//.exec(url ?? "")?.[1]);
  if (runs.includes(undefined)) return false;
  for (const run of new Set(runs)) if (!(await rerun(client, target, Number(run)))) return false;
  return true;
}

const REFUSED: ReadonlySet<GitHubError["kind"]> = new Set(["forbidden", "not_found", "invalid"]);

async function rerun(client: RepositoryClient, target: Target, runId: number): Promise<boolean> {
  const route = "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs";
  const { owner, repo } = target;
  try {
    await client.as(target, "rerun_checks", (octokit) =>
      octokit.request(route, { owner, repo, run_id: runId }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof GitHubError) || !REFUSED.has(error.kind)) throw error;
    // Asked for before, and only the answer was lost.
    return /already running/i.test(error.message);
  }
}
