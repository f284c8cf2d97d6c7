import type { NewPull, PullFacts, Refusal, Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";
import { orNull } from "./pages.ts";

export type Where = { owner: string; repo: string };

export async function readPull(
  client: RepositoryClient,
  target: Target,
  number: number,
): Promise<PullFacts | null> {
  return client.as(target, "read_pull", (octokit) => orNull(fullPull(octokit, target, number)));
}

/** The newest of that branch of the same repository or of its fork, whatever its state. */
export async function findPull(
  client: RepositoryClient,
  target: Target,
  branch: string,
): Promise<PullFacts | null> {
  return client.as(target, "read_pull", async (octokit) => {
    const number = await findNumber(octokit, target, { head: branch, state: "all" });
    return number === null ? null : orNull(fullPull(octokit, target, number));
  });
}

/** GitHub itself refuses a second open one for the same branches, so the first is looked for only then. */
export async function createPull(
  client: RepositoryClient,
  target: Target,
  pull: NewPull,
): Promise<{ ok: true; pull: PullFacts } | Refusal> {
  const { head, base, title, body, draft } = pull;
  return client.as(target, "create_pull", async (octokit) => {
    const open = { head, base, state: "open" as const };
    try {
      const content = { title, body, base, draft, ...headOf(target, head) };
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
        ...whereOf(target),
        ...content,
      });
      return { ok: true as const, pull: factsOf(data) };
    } catch (error) {
      const refusal = refusalOf(error);
      const again = isDuplicate(refusal) ? await findNumber(octokit, target, open) : null;
      return again === null ? refusal : opened(octokit, target, again);
    }
  });
}

export async function closePull(client: RepositoryClient, target: Target, number: number): Promise<void> {
  await client.as(target, "create_pull", (octokit) =>
    octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...whereOf(target),
      pull_number: number,
      state: "closed",
    }),
  );
}

/** GitHub keeps one label of a name, so asking twice is harmless. */
export async function labelPull(
  client: RepositoryClient,
  target: Target,
  { number, labels }: { number: number; labels: readonly string[] },
): Promise<void> {
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels";
  const wanted = { ...whereOf(target), issue_number: number, labels: [...labels] };
  await client.as(target, "create_pull", (octokit) => octokit.request(route, wanted));
}

async function opened(octokit: Octokit, target: Where, number: number) {
  return { ok: true as const, pull: await fullPull(octokit, target, number) };
}

const REFUSALS: Partial<Record<GitHubError["kind"], Refusal["kind"]>> = {
  forbidden: "forbidden",
  archived: "archived",
  not_found: "not_found",
  invalid: "invalid",
};

/** What asking again would not change; anything else is thrown on. */
function refusalOf(error: unknown): Refusal {
  const kind = error instanceof GitHubError ? REFUSALS[error.kind] : undefined;
  if (!(error instanceof GitHubError) || kind === undefined) throw error;
  return { ok: false, kind, message: error.message };
}

function isDuplicate({ message }: Refusal): boolean {
  return /pull request already exists/i.test(message);
}

type Wanted = { head: string; base?: string; state: "open" | "all" };

async function findNumber(
  octokit: Octokit,
  target: Target,
  { head, ...wanted }: Wanted,
): Promise<number | null> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
    ...whereOf(target),
    ...wanted,
    head: `${target.fork?.owner ?? target.owner}:${head}`,
    sort: "created",
    direction: "desc",
    per_page: 10,
  });
  // GitHub ignores a filter that it cannot read and then lists everything.
  const place = target.fork?.repositoryId ?? target.repositoryId;
  return data.find((row) => row.head.ref === head && row.head.repo?.id === place)?.number ?? null;
}

/** The branch is the target's own, or a fork's; on a person's fork its maintainers are let in. */
function headOf({ fork = null }: Target, branch: string) {
  if (fork === null) return { head: branch };
  return { head: `${fork.owner}:${branch}`, maintainer_can_modify: fork.ownedBy === "person" };
}

async function fullPull(octokit: Octokit, target: Where, number: number): Promise<PullFacts> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...whereOf(target),
    pull_number: number,
  });
  return factsOf(data);
}

type FullPull = {
  number: number;
  html_url: string;
  node_id: string;
  draft?: boolean;
  state: "open" | "closed";
  merged: boolean;
  merged_by: { login: string } | null;
  head: { sha: string };
  base: { ref: string; sha: string; repo: { owner: { login: string }; name: string; archived: boolean } };
  mergeable: boolean | null;
  mergeable_state: string;
  requested_reviewers?: { login: string }[] | null;
  requested_teams?: { slug: string }[] | null;
  labels: { name?: string }[];
  updated_at: string;
};

function factsOf(data: FullPull): PullFacts {
  return {
    number: data.number,
    url: data.html_url,
    node: data.node_id,
    state: data.state,
    draft: data.draft ?? false,
    merged: data.merged,
    mergedBy: data.merged_by?.login ?? null,
    headSha: data.head.sha,
    baseBranch: data.base.ref,
    baseSha: data.base.sha,
    place: placeOf(data.base.repo),
    mergeable: data.mergeable,
    outdated: data.mergeable_state === "behind",
    awaited: [
      ...(data.requested_reviewers ?? []).map(({ login }) => login),
      ...(data.requested_teams ?? []).map(({ slug }) => `team ${slug}`),
    ],
    labels: data.labels.flatMap(({ name }) => name ?? []),
    updatedAt: data.updated_at,
  };
}

function placeOf({ owner, name, archived }: FullPull["base"]["repo"]): PullFacts["place"] {
  return { owner: owner.login, repo: name, archived };
}

function whereOf({ owner, repo }: Where): Where {
  return { owner, repo };
}
