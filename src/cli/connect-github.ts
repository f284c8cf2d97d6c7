import type { Logger } from "pino";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import type { AppSettings } from "../config/settings.ts";

/** Null while no App is registered; whoever asks then says what is missing. */
export async function connectGitHub(settings: AppSettings, { log }: { log: Logger }) {
  const credentials = readGitHubCredentials(settings);
  if (credentials === null) return null;
  const { createGitHubPort } = await import("../github/port/create-port.ts");
  const { appId, privateKey } = credentials;
  const { apiUrl, webUrl: url } = settings.github;
  return createGitHubPort({ appId, privateKey, apiUrl, url, log });
}
