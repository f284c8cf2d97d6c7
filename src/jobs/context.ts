import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { World } from "../engine/world.ts";
import type { GitHubPort, GitPort, Target, TextsPort } from "./ports.ts";

/** What the app lane's handlers work with. */
export type AppContext = {
  world: World;
  github: GitHubPort;
  git: GitPort;
  texts: TextsPort;
  /** Where this machine keeps reports and packets. */
  dataDir: string;
  policyFor(repository: { owner: string; repo: string }): Policy;
  /** On Postgres, runners are other machines: only approved ones are believed. */
  requireApprovedRunners: boolean;
  /** The base prompt of a version; throws for an unknown one. */
  promptFor(version: string): string;
};

/** The repository of a run as the GitHub port takes it. */
export function targetOf(run: Run): Target {
  const { owner, repo, repositoryId, installationId } = run;
  if (repositoryId === null || installationId === null) throw new Error(`run ${run.id} has no installation`);
  return { owner, repo, repositoryId, installationId };
}
