import type { GitHubOptions } from "./client.ts";
import { clientSettings } from "./client-settings.ts";
import { GitHubError } from "./github-error.ts";
import { newOctokit } from "./octokit.ts";
import type { TokenOptions } from "./token-client.ts";

const KEEP_MS = 60_000;

type Check = () => Promise<string | null>;

/** Whether GitHub knows the App by its key: why not, or null. */
export function createAppCheck({ appId, privateKey, ...options }: GitHubOptions): Check {
  const settings = { ...clientSettings(options), throttled: false };
  const app = newOctokit(settings, { appId, privateKey }, "app");
  const refused = "GitHub does not know the App by this number and key";
  return nowAndThen(settings.now, () => app.request("GET /app"), refused);
}

/** The same of a person's token, where there is no App. */
export function createTokenCheck({ token, ...options }: TokenOptions): Check {
  const settings = { ...clientSettings(options), throttled: false };
  const person = newOctokit(settings, { token }, "person");
  const refused = "GitHub does not accept the token of AGENTPR_GITHUB_TOKEN";
  return nowAndThen(settings.now, () => person.request("GET /user"), refused);
}

/**
 * Asked at most once a minute. A GitHub that does not answer says nothing about who asks, and there is work that needs
 * no GitHub.
 */
function nowAndThen(now: () => number, ask: () => Promise<unknown>, refused: string): Check {
  let known: { why: string | null; until: number } | null = null;
  return async () => {
    if (known !== null && known.until > now()) return known.why;
    const why = await ask().then(
      () => null,
      (error: unknown) => (isRefusal(error) ? refused : null),
    );
    known = { why, until: now() + KEEP_MS };
    return why;
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof GitHubError && (error.status === 401 || error.status === 404);
}
