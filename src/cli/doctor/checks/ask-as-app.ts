import pino from "pino";
import { readGitHubCredentials } from "../../../config/github-credentials.ts";
import type { AppSettings } from "../../../config/settings.ts";
import { createClient, type GitHubClient } from "../../../github/client/client.ts";

/** GitHub as the App itself; null where none is registered. */
export function clientOf(settings: AppSettings): GitHubClient | null {
  const credentials = readGitHubCredentials(settings);
  if (credentials === null) return null;
  const { apiUrl, webUrl: url } = settings.github;
  const log = pino({ level: "silent" });
  return createClient({ ...credentials, apiUrl, url, log, requestTimeoutMs: 10_000 });
}
