import pino from "pino";
import type { AppSettings } from "../../config/settings.ts";
import type { RepositoryName } from "../../core/run.ts";
import { GitHubError } from "../../github/client/github-error.ts";
import { connectGitHub } from "../../main/connect-github.ts";

export type Asked = { kind: "none" } | { kind: "read"; content: unknown } | { kind: "unusable"; why: string };

/** The repository's own settings, or why they are not known. That GitHub does not answer is no reason to show nothing. */
export async function askGitHub(settings: AppSettings, name: RepositoryName): Promise<Asked> {
  const log = pino({ level: "silent" });
  const github = await connectGitHub(settings, { log });
  if (github === null) return unusable("no GitHub App is registered here, so GitHub cannot be asked");
  try {
    const target = await github.findRepository(name);
    return target === null ? unusable("the app is not installed there") : await github.readSettings(target);
  } catch (error) {
    if (error instanceof GitHubError) return unusable(error.message);
    throw error;
  }
}

function unusable(why: string): Asked {
  return { kind: "unusable", why };
}
