import { hasMergedPull } from "../association.ts";
import { readCommit } from "../git/commits.ts";
import { folderAt, readText } from "../git/tree.ts";
import type { Hub } from "../hub.ts";
import { hasRole } from "../repositories.ts";
import type { PullRequest } from "../store/conversation.ts";
import type { Repository, User } from "../store/identity.ts";
import { recordRun, settleRun } from "./record-run.ts";
import { startAttempt } from "./run-workflow.ts";
import { parseWorkflow, startsOn } from "./workflow-file.ts";

export type Trigger = {
  event: "push" | "pull_request";
  /** The pull request's action; null for a push. */
  type: string | null;
  repository: Repository;
  headRepositoryId: number;
  headBranch: string;
  /** What branch filters look at: the pushed branch, or the pull request's base. */
  targetBranch: string;
  headSha: string;
  pull: PullRequest | null;
  actor: User;
  title: string;
};

const SKIPS = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/;

/** Starts whatever workflow of the head commit wants this event; returns once the runs are recorded. */
export async function startWorkflows(hub: Hub, trigger: Trigger): Promise<void> {
  const { repository, headSha } = trigger;
  const commit = hub.ci.enabled ? await readCommit(repository.gitDir, headSha) : null;
  if (commit === null || SKIPS.test(commit.message)) return;
  const files = await folderAt(repository.gitDir, headSha, ".github/workflows");
  for (const { path } of files.filter((file) => /\.ya?ml$/.test(file.path))) {
    await startWorkflow(hub, trigger, path, (await readText(repository.gitDir, headSha, path)) ?? "");
  }
}

async function startWorkflow(hub: Hub, trigger: Trigger, path: string, text: string): Promise<void> {
  const parsed = parseWorkflow(text);
  if (!parsed.ok) {
    const run = await recordRun(hub, trigger, { path, name: path });
    await settleRun(hub, run, "failure");
    return;
  }
  const { event, type, targetBranch } = trigger;
  if (!startsOn(parsed.workflow, { event, type, branch: targetBranch })) return;
  const run = await recordRun(hub, trigger, { path, name: parsed.workflow.name ?? path });
  if (needsApproval(hub, trigger)) await settleRun(hub, run, "action_required");
  else await startAttempt(hub, run, parsed.workflow);
}

/** A stranger's pull request from a fork waits for a maintainer: a run, but no check runs. */
function needsApproval(hub: Hub, { pull, repository }: Trigger): boolean {
  if (!hub.ci.askForFirstTimers || pull === null || pull.pull.head.repositoryId === repository.id)
    return false;
  return !hasRole(hub, repository, pull.author, "write") && !hasMergedPull(hub, repository, pull.author);
}
