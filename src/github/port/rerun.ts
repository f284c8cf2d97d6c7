import type { CheckFact, Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";

/**
 * Has the failed jobs of those checks' workflow runs run again; false unless that could be asked for all of them, or
 * where they have run twice already, whoever asked for it.
 */
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

async function rerun(
  client: RepositoryClient,
  { owner, repo, ...ids }: Target,
  runId: number,
): Promise<boolean> {
  const where = { owner, repo, run_id: runId };
  try {
    return await client.as({ owner, repo, ...ids }, "rerun_checks", (octokit) => askOnce(octokit, where));
  } catch (error) {
    if (!(error instanceof GitHubError) || !REFUSED.has(error.kind)) throw error;
    // It began between the look and the asking.
    return /already running/i.test(error.message);
  }
}

type Where = { owner: string; repo: string; run_id: number };

/** The number of the attempt says whether it was asked for before, which is all that is left of a lost answer. */
async function askOnce(octokit: Octokit, where: Where): Promise<boolean> {
  const before = await look(octokit, where);
  if (before.runs || before.attempt > 1) return before.runs;
  try {
    await octokit.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", where);
    return true;
  } catch (error) {
    if (!isLost(error)) throw error;
    // A look that fails as well says nothing new: the job tries again later, and looks first.
    const after = await look(octokit, where).catch(() => before);
    if (after.attempt === before.attempt) throw error;
    return true;
  }
}

async function look(octokit: Octokit, where: Where): Promise<{ runs: boolean; attempt: number }> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", where);
  return { runs: data.status !== "completed", attempt: data.run_attempt ?? 1 };
}

function isLost(error: unknown): boolean {
  return error instanceof GitHubError && (error.kind === "unavailable" || error.kind === "unreachable");
}
