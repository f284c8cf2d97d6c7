import type { GitHubOptions } from "./client.ts";
import { clientSettings } from "./client-settings.ts";
import { GitHubError } from "./github-error.ts";
import { newOctokit } from "./octokit.ts";

const KEEP_MS = 60_000;

/**
 * Whether GitHub knows the App by its key: why not, or null. Asked at most once a minute. A GitHub that does not answer
 * says nothing about the key, and there is work that needs no GitHub.
 */
export function createAppCheck(options: GitHubOptions): () => Promise<string | null> {
  const settings = { ...clientSettings(options), throttled: false };
  const { appId, privateKey } = options;
  const app = newOctokit(settings, { appId, privateKey }, "app");
  let known: { why: string | null; until: number } | null = null;
  return async () => {
    if (known !== null && known.until > settings.now()) return known.why;
    const why = await app.request("GET /app").then(() => null, whyRefused);
    known = { why, until: settings.now() + KEEP_MS };
    return why;
  };
}

function whyRefused(error: unknown): string | null {
  const isRefused = error instanceof GitHubError && (error.status === 401 || error.status === 404);
  return isRefused ? "GitHub does not know the App by this number and key" : null;
}
