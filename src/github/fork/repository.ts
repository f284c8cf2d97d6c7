import type { RepositoryFacts } from "../../jobs/ports.ts";
import type { TokenClient } from "../client/token-client.ts";
import { orNull } from "../port/pages.ts";

/** A repository as the operator sees it, without any installation. */
export async function findRepository(
  { octokit }: TokenClient,
  name: { owner: string; repo: string },
  signal?: AbortSignal,
): Promise<RepositoryFacts | null> {
  const request = signal === undefined ? {} : { request: { signal } };
  const answer = await orNull(octokit.request("GET /repos/{owner}/{repo}", { ...name, ...request }));
  if (answer === null) return null;
  const { data } = answer;
  return {
    owner: data.owner.login,
    repo: data.name,
    repositoryId: Number(data.id),
    installationId: null,
    defaultBranch: data.default_branch,
    private: data.private,
    archived: data.archived,
  };
}
