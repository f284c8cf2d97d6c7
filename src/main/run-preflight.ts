import { mkdir } from "node:fs/promises";
import { preflightAlone } from "../../runner/attempt/preflight-alone.ts";
import type { RunnerSettings as Machine } from "../../runner/attempt/settings.ts";
import { machineSettings } from "../../runner/main.ts";
import { runnerName } from "../config/runner-name.ts";
import type { RunnerSettings } from "../config/settings.ts";
import type { Policy } from "../core/policy.ts";
import type { PreflightReport } from "../core/preflight-report.ts";
import { openLog } from "./open-world.ts";

export type PreflightWish = {
  runner: RunnerSettings;
  policy: Policy;
  repository: { owner: string; repo: string };
  /** GitHub's address for pages and git. */
  webUrl: string;
  branch: string | null;
  network: boolean;
  signal: AbortSignal;
};

/** What an attempt on that repository would find on this machine. */
export async function runPreflight(wish: PreflightWish): Promise<PreflightReport> {
  const { owner, repo } = wish.repository;
  const settings = await readMachine(wish.runner, wish.signal);
  const url = `${wish.webUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}.git`;
  return preflightAlone({ ...wish, settings, repository: { owner, repo, url } });
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
