import type { CheckFact } from "../../core/checks.ts";
import type { Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { factOfRun, factOfStatus } from "./check-facts.ts";
import { originsBy } from "./check-origin.ts";
import { orNull } from "./pages.ts";
import { workflowRuns } from "./read-checks.ts";

type Where = { owner: string; repo: string; ref: string };

/** Names of what fails at the head of a branch: what a change cannot have broken. */
export async function failingOn(
  client: RepositoryClient,
  { owner, repo, ...ids }: Target,
  branch: string,
): Promise<string[]> {
  const where = { owner, repo, ref: `heads/${branch}` };
  return client.as({ owner, repo, ...ids }, "read_checks", async (octokit) => {
    const runs = (await runsOf(octokit, where, "latest")).map(factOfRun);
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/status";
    const statuses = await orNull(octokit.request(route, { ...where, per_page: 100 }));
    return failed([...runs, ...(statuses?.data.statuses.map(factOfStatus) ?? [])]);
  });
}

function failed(facts: readonly { name: string; state: string }[]): string[] {
  return facts.filter(({ state }) => state === "failed").map(({ name }) => name);
}

/** Of those names the ones that fail on that commit and have passed there too: the same check, not another of its name. */
export async function passedOn(
  client: RepositoryClient,
  { owner, repo, ...ids }: Target,
  { sha, names }: { sha: string; names: readonly string[] },
): Promise<string[]> {
  const where = { owner, repo, ref: sha };
  return client.as({ owner, repo, ...ids }, "read_checks", async (octokit) => {
    const originOf = originsBy(await workflowRuns(octokit, { owner, repo, sha }));
    const runs = await runsOf(octokit, where, "all");
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/statuses";
    const statuses = await octokit.request(route, { ...where, per_page: 100 });
    const results = [
      ...runs.map((row) => ({ source: originOf(row).source, ...nameAndState(factOfRun(row)) })),
      ...statuses.data.map((row) => ({ source: "status", ...nameAndState(factOfStatus(row)) })),
    ];
    return names.filter((name) => wentBothWays(results.filter((result) => result.name === name)));
  });
}

function nameAndState({ name, state }: CheckFact): Pick<CheckFact, "name" | "state"> {
  return { name, state };
}

function wentBothWays(results: readonly { source: string; state: CheckFact["state"] }[]): boolean {
  const passed = new Set(results.filter(({ state }) => state === "passed").map(({ source }) => source));
  return results.some(({ state, source }) => state === "failed" && passed.has(source));
}

async function runsOf(octokit: Octokit, where: Where, filter: "latest" | "all") {
  const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const answer = await orNull(octokit.request(route, { ...where, filter, per_page: 100 }));
  return answer?.data.check_runs ?? [];
}
