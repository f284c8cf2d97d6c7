import { mkdir } from "node:fs/promises";
import { preflightAlone } from "../../runner/attempt/preflight-alone.ts";
import type { RunnerSettings as Machine } from "../../runner/attempt/settings.ts";
import { machineSettings } from "../../runner/main.ts";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import { runnerName } from "../config/runner-name.ts";
import type { AppSettings, RunnerSettings } from "../config/settings.ts";
import type { Policy } from "../core/policy.ts";
import type { PreflightReport } from "../core/preflight-report.ts";
import { messageOf } from "../core/problem.ts";
import type { LentToken } from "../jobs/ports.ts";
import { openLog } from "./open-world.ts";

export type PreflightWish = {
  runner: RunnerSettings;
  /** For its App, where it has one. */
  app: AppSettings;
  policy: Policy;
  repository: { owner: string; repo: string };
  branch: string | null;
  network: boolean;
  signal: AbortSignal;
};

/** What an attempt on that repository would find on this machine. */
export async function runPreflight(wish: PreflightWish): Promise<PreflightReport> {
  const { owner, repo } = wish.repository;
  const settings = await readMachine(wish.runner, wish.signal);
  const { webUrl } = wish.app.github;
  const url = `${webUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}.git`;
  const lent = await readToken(wish);
  try {
    const token = lent?.token ?? null;
    return await preflightAlone({ ...wish, settings, token, repository: { owner, repo, url } });
  } finally {
    await lent?.revoke();
  }
}

/** For a private repository where the App is installed; whatever else is the matter shows when git asks. */
async function readToken({ app, repository }: PreflightWish): Promise<LentToken | null> {
  const credentials = readGitHubCredentials(app);
  if (credentials === null) return null;
  const { createGitHubPort } = await import("../github/port/create-port.ts");
  const log = openLog(app.logLevel, "cli");
  const { apiUrl, webUrl: url } = app.github;
  const port = createGitHubPort({ ...credentials, apiUrl, url, log });
  try {
    const found = await port.findRepository(repository);
    return found?.private ? await port.mintReadToken(found) : null;
  } catch (error) {
    log.warn({ why: messageOf(error) }, "GitHub does not say whether the repository is private");
    return null;
  }
}

/** This machine as attempts in this process find it. */
export async function readMachine(runner: RunnerSettings, signal: AbortSignal): Promise<Machine> {
  const { environment, baseDir, dataDir, allowUnboxed, runtimeEnvFile } = runner;
  await mkdir(baseDir, { recursive: true });
  const world = { log: openLog(runner.logLevel, "runner") };
  return machineSettings({
    ...{
      name: runnerName(environment),
      environment,
      baseDir,
      dataDir,
      allowUnboxed,
      runtimeEnvFile,
      signal,
      world,
    },
  });
}
