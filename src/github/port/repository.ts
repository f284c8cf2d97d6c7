import { ROLES, type Role } from "../../core/role.ts";
import type { RepositoryFacts, Target } from "../../jobs/ports.ts";
import type { GitHubClient } from "../client/client.ts";
import { orNull } from "./pages.ts";

type Name = { owner: string; repo: string };

/** A repository that the app is installed on; null when it is not, or there is none. */
export async function findRepository(
  client: GitHubClient,
  name: Name,
  signal?: AbortSignal,
): Promise<RepositoryFacts | null> {
  const request = signal === undefined ? {} : { request: { signal } };
  const installation = await orNull(
    client.app.request("GET /repos/{owner}/{repo}/installation", { ...name, ...request }),
  );
  if (installation === null || installation.data.suspended_at) return null;
  const installationId = installation.data.id;
  return client.asNamed({ installationId, repo: name.repo }, "find_repository", async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}", { ...name, ...request });
    return {
      owner: data.owner.login,
      repo: data.name,
      repositoryId: Number(data.id),
      installationId,
      defaultBranch: data.default_branch,
      private: data.private,
      archived: data.archived,
    };
  });
}

/** What the older of the two answers means; it has no word for triage and maintain. */
const ROLE_OF_PERMISSION: Readonly<Record<string, Role>> = { admin: "admin", write: "write", read: "read" };

/** Organisations may name roles of their own; for those GitHub also gives the plain role they build on. */
export async function roleOf(client: GitHubClient, target: Target, login: string): Promise<Role> {
  const { owner, repo } = target;
  const answer = await client.as(target, "read_role", (octokit) =>
    orNull(
      octokit.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
        owner,
        repo,
        username: login,
      }),
    ),
  );
  if (answer === null) return "none";
  const { role_name, permission } = answer.data;
  return ROLES.find((role) => role === role_name) ?? ROLE_OF_PERMISSION[permission] ?? "none";
}
