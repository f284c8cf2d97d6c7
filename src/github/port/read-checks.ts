import type { CheckFact, ChecksFacts } from "../../core/checks.ts";
import type { Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import {
  type CheckRunRow,
  factOfRun,
  factOfStatus,
  factOfWorkflow,
  type WorkflowRow,
} from "./check-facts.ts";
import { originsBy } from "./check-origin.ts";
import type { Requirements } from "./check-requirements.ts";
import { lastPage } from "./pages.ts";

type Asked = { owner: string; repo: string; sha: string };
type Wanted = { sha: string; baseBranch: string };
type Means = { client: RepositoryClient; requirements: Requirements };

const MOST_PAGES = 3;

/** Everything that others report on a head: three requests, one or two more for the branch's rules now and then. */
export async function readChecks(
  { client, requirements }: Means,
  target: Target,
  { sha, baseBranch }: Wanted,
): Promise<ChecksFacts> {
  const asked = { owner: target.owner, repo: target.repo, sha };
  return client.as(target, "read_checks", async (octokit) => {
    const [runs, statuses, workflows, required] = await Promise.all([
      checkRuns(octokit, asked),
      commitStatuses(octokit, asked),
      workflowRuns(octokit, asked),
      requirements.requiredOn(octokit, target, baseBranch),
    ]);
    const others = runs.filter((row) => row.app?.id !== client.appId);
    const checks = [
      ...newest(others, workflows).map(factOfRun),
      ...statuses,
      ...workflows.flatMap((row) => factOfWorkflow(row) ?? []),
    ];
    const expected = checks.length === 0 && (await pullsStartWorkflows(octokit, asked));
    return { sha, checks, required, expected };
  });
}

async function checkRuns(octokit: Octokit, { owner, repo, sha }: Asked): Promise<CheckRunRow[]> {
  const read = (page: number) =>
    octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      owner,
      repo,
      ref: sha,
      filter: "latest",
      per_page: 100,
      page,
    });
  const first = await read(1);
  const rows = [...first.data.check_runs];
  const pages = Math.min(lastPage(first.headers.link), MOST_PAGES);
  for (let page = 2; page <= pages; page++) rows.push(...(await read(page)).data.check_runs);
  return rows;
}

/** The newest of each name and origin: what was started again replaces the old, and no other of that name. */
function newest(rows: readonly CheckRunRow[], workflows: readonly WorkflowRow[]): CheckRunRow[] {
  const originOf = originsBy(workflows);
  const byName = new Map<string, CheckRunRow>();
  for (const row of [...rows].sort((a, b) => Number(a.id) - Number(b.id))) {
    const { source, event } = originOf(row);
    byName.set(JSON.stringify([source, event, row.name]), row);
  }
  return [...byName.values()];
}

async function commitStatuses(octokit: Octokit, { owner, repo, sha }: Asked): Promise<CheckFact[]> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/status", {
    owner,
    repo,
    ref: sha,
    per_page: 100,
  });
  return data.statuses.map(factOfStatus);
}

/** Some show in no check run: those not begun, waiting for a maintainer, or failed before their first job. */
export async function workflowRuns(octokit: Octokit, { owner, repo, sha }: Asked): Promise<WorkflowRow[]> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs", {
    owner,
    repo,
    head_sha: sha,
    per_page: 100,
  });
  return data.workflow_runs;
}

async function pullsStartWorkflows(octokit: Octokit, { owner, repo }: Asked): Promise<boolean> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs", {
    owner,
    repo,
    event: "pull_request",
    per_page: 1,
  });
  return data.total_count > 0;
}
