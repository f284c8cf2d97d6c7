import type { Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { factOfRun, factOfStatus } from "./check-facts.ts";
import { orNull } from "./pages.ts";

type Where = { owner: string; repo: string; ref: string };

/** Names of what fails at the head of a branch: what a change cannot have broken. */
export async function failingOn(
  client: RepositoryClient,
  { owner, repo, ...ids }: Target,
  branch: string,
): Promise<string[]> {
  const where = { owner, repo, ref: `heads/${branch}` };
  return client.as({ owner, repo, ...ids }, "read_checks", async (octokit) => {
    const runs = await runsOf(octokit, where, "latest");
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/status";
    const statuses = await orNull(octokit.request(route, { ...where, per_page: 100 }));
    return failed([...runs, ...(statuses?.data.statuses.map(factOfStatus) ?? [])]);
  });
}

function failed(facts: readonly { name: string; state: string }[]): string[] {
  return facts.filter(({ state }) => state === "failed").map(({ name }) => name);
}

/** Of those names the ones that have passed on that commit, in whichever of their runs. */
export async function passedOn(
  client: RepositoryClient,
  { owner, repo, ...ids }: Target,
  { sha, names }: { sha: string; names: readonly string[] },
): Promise<string[]> {
  const where = { owner, repo, ref: sha };
  return client.as({ owner, repo, ...ids }, "read_checks", async (octokit) => {
    const runs = await runsOf(octokit, where, "all");
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/statuses";
    const statuses = await octokit.request(route, { ...where, per_page: 100 });
    const passed = [...runs, ...statuses.data.map(factOfStatus)].filter(({ state }) => state === "passed");
    return names.filter((name) => passed.some((fact) => fact.name === name));
  });
}

async function runsOf(octokit: Octokit, where: Where, filter: "latest" | "all") {
  const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const answer = await orNull(octokit.request(route, { ...where, filter, per_page: 100 }));
  return answer?.data.check_runs.map(factOfRun) ?? [];
}
