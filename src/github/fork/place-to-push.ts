import type { Fork } from "../../core/run.ts";
import type { PlaceToPush } from "../../jobs/fork-port.ts";
import type { Target } from "../../jobs/ports.ts";
import { GitHubError } from "../client/github-error.ts";
import { findOrMakeFork, type Means } from "./find-fork.ts";

type Base = { branch: string; sha: string; signal: AbortSignal };

/**
 * The fork, brought up to date so far that the base commit is in it: what is pushed then is our own commits alone.
 * What GitHub would refuse again tomorrow is an answer with its remedy; trouble on the way is thrown.
 */
export async function placeToPush(means: Means, target: Target, base: Base): Promise<PlaceToPush> {
  const found = await findOrMakeFork(means, target, base);
  if (!found.ok) return found;
  const { fork } = found;
  const name = `${fork.owner}/${fork.repo}`;
  const upstream = await compare(means, fork, `${target.owner}:${base.branch}...${base.branch}`);
  if (upstream === "diverged")
    return no(
      `${name}: its branch ${base.branch} has commits of its own, so it cannot follow ${target.owner}/${target.repo}.`,
      `Reset that branch to upstream's (or delete the fork), then retry`,
    );
  const refused = await mergeUpstream(means, fork, base.branch);
  if (refused !== null)
    return no(
      `${name} could not be brought up to date: ${refused}.`,
      `Sync its branch ${base.branch} with upstream by hand, then retry`,
    );
  const held = await compare(means, fork, `${base.sha}...${base.branch}`);
  if (held !== "identical" && held !== "ahead")
    return no(
      `${name} does not hold the base commit ${base.sha.slice(0, 12)}, although it was brought up to date.`,
      `Check that ${base.branch} upstream still has it, then retry`,
    );
  return { ok: true, fork };
}

function no(what: string, remedy: string): PlaceToPush {
  return { ok: false, why: `${what} ${remedy}` };
}

/** How the second stands to the first; "unknown" when one of them is not there. */
async function compare({ client }: Means, { owner, repo }: Fork, basehead: string): Promise<string> {
  try {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const { data } = await client.octokit.request(route, { owner, repo, basehead, per_page: 1 });
    return data.status;
  } catch (error) {
    if (error instanceof GitHubError && (error.kind === "not_found" || error.kind === "invalid"))
      return "unknown";
    throw error;
  }
}

/** Null when it is up to date now; else what GitHub said. */
async function mergeUpstream(
  { client }: Means,
  { owner, repo }: Fork,
  branch: string,
): Promise<string | null> {
  try {
    await client.octokit.request("POST /repos/{owner}/{repo}/merge-upstream", { owner, repo, branch });
    return null;
  } catch (error) {
    const isAnswer =
      error instanceof GitHubError && ["invalid", "forbidden", "not_found"].includes(error.kind);
    if (!isAnswer) throw error;
    return `${error.kind}, ${error.message}`;
  }
}
