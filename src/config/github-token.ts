import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readGitHubCredentials } from "./github-credentials.ts";
import type { AppSettings } from "./settings.ts";

export type GitHubToken = { token: string; from: "AGENTPR_GITHUB_TOKEN" | "gh" };

const TIMEOUT_MS = 5_000;

/**
 * The token for repositories where the app is not installed, or null. A login of the gh program counts beside a
 * registered App; alone it does not change what the app is.
 */
export async function readGitHubToken(settings: AppSettings): Promise<GitHubToken | null> {
  const { token, webUrl } = settings.github;
  if (token !== null) return { token, from: "AGENTPR_GITHUB_TOKEN" };
  if (readGitHubCredentials(settings) === null) return null;
  const found = await askGh(new URL(webUrl).host);
  return found === null ? null : { token: found, from: "gh" };
}

/** Null when there is no gh here, or nobody is logged in: fork mode is then off. */
async function askGh(host: string): Promise<string | null> {
  const args = ["auth", "token", "--hostname", host];
  const { stdout } = await promisify(execFile)("gh", args, { timeout: TIMEOUT_MS, env: process.env }).catch(
    () => NOTHING, // said by the type: no gh, or nobody is logged in there
  );
  return stdout.trim() || null;
}

const NOTHING = { stdout: "" };
