import pino from "pino";
import { readGitHubToken } from "../../../config/github-token.ts";
import { GitHubError } from "../../../github/client/github-error.ts";
import { createForkPort } from "../../../github/fork/create-fork-port.ts";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";

/** Any one of these lets a classic token fork public repositories and open pull requests on them. */
const ENOUGH = ["public_repo", "repo"];
const REMEDY = "Make a classic token with the scope public_repo, and set AGENTPR_GITHUB_TOKEN to it";

/** Whose token it is and what it may do. The token itself is never shown. */
export async function forkMode({ app }: Context): Promise<Finding> {
  const settings = app();
  const found = await readGitHubToken(settings);
  if (found === null) return ok("off: AGENTPR_GITHUB_TOKEN is not set");
  const { apiUrl, webUrl: url, forkOwner } = settings.github;
  const log = pino({ level: "silent" });
  const port = createForkPort({ token: found.token, apiUrl, url, forkOwner, log });
  try {
    const { login, scopes } = await port.account();
    return finding({ login, scopes, from: found.from, forkOwner: forkOwner ?? login });
  } catch (error) {
    if (error instanceof GitHubError && error.kind === "unauthorised")
      return failure(`GitHub does not accept the token from ${found.from}`, REMEDY);
    throw error;
  }
}

type Facts = { login: string; scopes: string[] | null; from: string; forkOwner: string };

function finding({ login, scopes, from, forkOwner }: Facts): Finding {
  const who = `@${login} (${from}), forks of ${forkOwner}`;
  if (scopes === null)
    return warning(
      `${who}: the token names no scopes, so it is not a classic one; GitHub lets such tokens open pull requests only on repositories they were made for`,
      REMEDY,
    );
  return scopes.some((scope) => ENOUGH.includes(scope))
    ? ok(`${who}, scopes ${scopes.join(", ")}`)
    : failure(
        `${who}: the token has ${scopes.length === 0 ? "no scopes" : `only ${scopes.join(", ")}`}`,
        REMEDY,
      );
}
