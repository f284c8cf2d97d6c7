import type { TokenClient } from "../client/token-client.ts";

export type Account = {
  login: string;
  /** As an author of commits. */
  identity: { login: string; name: string; email: string };
  /** What a classic token may do; null for tokens of other kinds, which do not say. */
  scopes: string[] | null;
};

/** Whose token it is. That does not change, so it is asked once; a lost answer is asked for again. */
export function createAccount({ octokit, url }: TokenClient): () => Promise<Account> {
  let known: Account | null = null;
  return async () => {
    known ??= await ask(octokit, new URL(url).hostname);
    return known;
  };
}

async function ask(octokit: TokenClient["octokit"], host: string): Promise<Account> {
  const { data, headers } = await octokit.request("GET /user");
  const { login, id } = data;
  const scopes = headers["x-oauth-scopes"];
  return {
    login,
    identity: { login, name: login, email: `${id}+${login}@users.noreply.${host}` },
    scopes:
      scopes === undefined
        ? null
        : scopes
            .split(",")
            .map((scope) => scope.trim())
            .filter(Boolean),
  };
}
