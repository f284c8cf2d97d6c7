import { setTimeout as sleep } from "node:timers/promises";
import type { Fork } from "../../core/run.ts";
import type { Target } from "../../jobs/ports.ts";
import { GitHubError } from "../client/github-error.ts";
import type { TokenClient } from "../client/token-client.ts";
import { orNull } from "../port/pages.ts";
import type { Account } from "./account.ts";

export type Means = {
  client: TokenClient;
  account: () => Promise<Account>;
  forkOwner: string | null;
  pauseMs: number;
};

export type FoundFork = { ok: true; fork: Fork } | { ok: false; why: string };
type Wanted = { branch: string; signal: AbortSignal };
type Name = { owner: string; repo: string };

/** GitHub makes forks in the background; one that takes longer than these looks is looked for by the next try. */
const MOST_LOOKS = 15;

/** The operator's fork of the target: the one that is there, else a new one, once it can be used. */
export async function findOrMakeFork(means: Means, target: Target, wanted: Wanted): Promise<FoundFork> {
  const owner = means.forkOwner ?? (await means.account()).login;
  if (owner.toLowerCase() === target.owner.toLowerCase())
    return no(`${owner} owns ${target.repo} itself.`, "Install the App there, or set AGENTPR_FORK_OWNER");
  const there = await look(means, { owner, repo: target.repo }, target);
  if (there !== null) return there;
  const made = await make(means, target, owner);
  return made.ok ? untilUsable(means, target, { ...wanted, name: made.name }) : made;
}

/** What lies under that name: null when nothing. A fork of a fork of the target is no fork of the target. */
async function look({ client }: Means, name: Name, target: Target): Promise<FoundFork | null> {
  const answer = await orNull(client.octokit.request("GET /repos/{owner}/{repo}", name));
  if (answer === null) return null;
  const { data } = answer;
  if (!data.fork || Number(data.parent?.id) !== target.repositoryId)
    return no(
      `${name.owner}/${name.repo} exists and is not a fork of ${target.owner}/${target.repo}.`,
      "Rename it, or set AGENTPR_FORK_OWNER to another account or organisation, then retry",
    );
  if (data.archived)
    return no(`The fork ${name.owner}/${name.repo} is archived.`, "Unarchive it, then retry");
  const ownedBy = data.owner.type === "Organization" ? "organisation" : "person";
  return {
    ok: true,
    fork: { owner: data.owner.login, repo: data.name, repositoryId: Number(data.id), ownedBy },
  };
}

type Made = { ok: true; name: Name } | { ok: false; why: string };

/** Asking twice is harmless: GitHub keeps one fork for an account, and answers with it. */
async function make({ client, forkOwner }: Means, { owner, repo }: Target, into: string): Promise<Made> {
  try {
    const { data } = await client.octokit.request("POST /repos/{owner}/{repo}/forks", {
      owner,
      repo,
      default_branch_only: false,
      ...(forkOwner === null || (await isPerson(client, into)) ? {} : { organization: forkOwner }),
    });
    return { ok: true, name: { owner: data.owner.login, repo: data.name } };
  } catch (error) {
    const isAnswer =
      error instanceof GitHubError && ["forbidden", "not_found", "invalid"].includes(error.kind);
    if (!isAnswer) throw error;
    return no(
      `${owner}/${repo} could not be forked into ${into}: ${error.kind}, ${error.message}.`,
      "Check the token with agentpr doctor, or fork it by hand, then retry",
    );
  }
}

async function isPerson({ octokit }: TokenClient, username: string): Promise<boolean> {
  return (await octokit.request("GET /users/{username}", { username })).data.type === "User";
}

async function untilUsable(
  means: Means,
  target: Target,
  { name, branch, signal }: Wanted & { name: Name },
): Promise<FoundFork> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const fork = await look(means, name, target);
    if (fork !== null && (!fork.ok || (await hasBranch(means, name, branch)))) return fork;
    await sleep(means.pauseMs, undefined, { signal });
  }
  throw new Error(`the fork ${name.owner}/${name.repo} is not ready yet`);
}

async function hasBranch({ client }: Means, name: Name, branch: string): Promise<boolean> {
  const route = "GET /repos/{owner}/{repo}/branches/{branch}";
  return (await orNull(client.octokit.request(route, { ...name, branch }))) !== null;
}

function no(what: string, remedy: string): { ok: false; why: string } {
  return { ok: false, why: `${what} ${remedy}` };
}
