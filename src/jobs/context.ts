import type { DecisionMode, ManagerPort } from "../core/manager-question.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { World } from "../engine/world.ts";
import type { ForkPort } from "./fork-port.ts";
import type { GitHubPort, GitPort, Target, TextsPort } from "./ports.ts";

/** Who decides, and the model that may be asked; null where there is none. */
export type Manager = { mode: DecisionMode; port: ManagerPort | null };

/** No model decides anything. */
export const RULES_ALONE: Manager = { mode: "rules", port: null };

/** What the app lane's handlers work with. */
export type AppContext = {
  world: World;
  github: GitHubPort;
  git: GitPort;
  texts: TextsPort;
  manager: Manager;
  /** Where this machine keeps reports and packets. */
  dataDir: string;
  policyFor(repository: { owner: string; repo: string }): Policy;
  /** On Postgres, runners are other machines: only approved ones are believed. */
  requireApprovedRunners: boolean;
  /** The base prompt of a version; throws for an unknown one. */
  promptFor(version: string): string;
  /** Takes the place of every run's own prompt version; null leaves it to the run. */
  promptVersion: string | null;
};

/** How runs of each mode reach GitHub; null where this installation has no credentials for it. */
export type Reaches = {
  direct: { github: GitHubPort; git: GitPort } | null;
  fork: { github: ForkPort; git: GitPort } | null;
};

/** What all jobs share. The ports are chosen for each job by the mode of its run. */
export type SharedContext = Omit<AppContext, "github" | "git"> & { reaches: Reaches };

/** What a job about a run of that mode works with, or null without the credentials for it. */
export function contextOf({ reaches, ...shared }: SharedContext, mode: Run["mode"]): AppContext | null {
  const reach = reaches[mode];
  return reach && { ...shared, ...reach };
}

/** What is missing where there is no such context. */
export const LACKING: Readonly<Record<Run["mode"], string>> = {
  direct: "the GitHub App's credentials",
  fork: "AGENTPR_GITHUB_TOKEN",
};

/** The repository of a run as the GitHub port takes it. */
export function targetOf(run: Run): Target {
  const { owner, repo, repositoryId, installationId, fork } = run;
  if (repositoryId === null) throw new Error(`run ${run.id} has no repository`);
  return { owner, repo, repositoryId, installationId, fork };
}
