import type { Target } from "../../jobs/ports.ts";
import type { GitHubClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { orNull } from "./pages.ts";

const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 1_000;

export type Requirements = {
  /** Names of checks that the branch's protection or rulesets require; asked at most every five minutes. */
  requiredOn(octokit: Octokit, target: Target, branch: string): Promise<string[]>;
};

export function createRequirements({ now }: Pick<GitHubClient, "now">): Requirements {
  const kept = new Map<string, { names: string[]; until: number }>();
  return {
    async requiredOn(octokit, target, branch) {
      const key = `${target.installationId}:${target.repositoryId}:${branch}`;
      const known = kept.get(key);
      if (known && known.until > now()) return known.names;
      const names = await ask(octokit, target, branch);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, { names, until: now() + KEPT_MS });
      return names;
    },
  };
}

/** The branch itself tells of classic protection; what rulesets require is asked only where something protects it. */
async function ask(octokit: Octokit, { owner, repo }: Target, branch: string): Promise<string[]> {
  const where = { owner, repo, branch };
  const answer = await orNull(octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", where));
  if (answer === null || !answer.data.protected) return [];
  const classic = answer.data.protection?.required_status_checks?.contexts ?? [];
  const rules = await octokit.request("GET /repos/{owner}/{repo}/rules/branches/{branch}", {
    ...where,
    per_page: 100,
  });
  const ruled = rules.data.flatMap((rule) =>
    rule.type === "required_status_checks"
      ? (rule.parameters?.required_status_checks ?? []).map((check) => check.context)
      : [],
  );
  return [...new Set([...classic, ...ruled])];
}
