import type { GitHubClient } from "../client/client.ts";

type Identity = { login: string; name: string; email: string };

/** Who the app is as an author of commits and comments. It never changes, so it is asked once. */
export function botIdentity(client: GitHubClient): () => Promise<Identity> {
  let known: Identity | null = null;
  return async () => {
    known ??= await ask(client);
    return known;
  };
}

async function ask(client: GitHubClient): Promise<Identity> {
  const app = await client.app.request("GET /app");
  const login = `${app.data?.slug ?? "agentpr"}[bot]`;
  const user = await client.anonymous.request("GET /users/{username}", { username: login });
  return { login, name: login, email: `${user.data.id}+${login}@${noReplyHost(client.url)}` };
}

function noReplyHost(url: string): string {
  return `users.noreply.${new URL(url).hostname}`;
}
