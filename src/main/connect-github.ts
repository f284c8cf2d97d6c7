import type { Logger } from "pino";
import { eitherLookup, type RepositoryLookup } from "../actions/repository.ts";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import type { AppSettings } from "../config/settings.ts";
import type { GitHubPort, RepositoryFacts, SettingsFile } from "../jobs/ports.ts";

/** What commands ask of GitHub, by the App or by the operator's token. */
export type CliGitHub = RepositoryLookup & { readSettings(target: RepositoryFacts): Promise<SettingsFile> };

/** Null while there are neither the App's credentials nor a token; whoever asks then says what is missing. */
export async function connectGitHub(
  settings: AppSettings,
  { log }: { log: Logger },
): Promise<CliGitHub | null> {
  const credentials = readGitHubCredentials(settings);
  const found = await readGitHubToken(settings);
  if (credentials === null && found === null) return null;
  const { createGitHubPort } = await import("../github/port/create-port.ts");
  const { createForkPort } = await import("../github/fork/create-fork-port.ts");
  const { apiUrl, webUrl: url, forkOwner } = settings.github;
  const options = { apiUrl, url, log };
  const direct = credentials && createGitHubPort({ ...credentials, ...options });
  const fork = found && createForkPort({ token: found.token, forkOwner, ...options });
  const lookup = eitherLookup({ direct, fork });
  return (
    lookup && {
      ...lookup,
      readSettings: async (target) => readBy(target.installationId === null ? fork : direct, target),
    }
  );
}

function readBy(
  port: Pick<GitHubPort, "readSettings"> | null,
  target: RepositoryFacts,
): Promise<SettingsFile> {
  return port?.readSettings(target) ?? Promise.resolve({ kind: "none" });
}
