import type { Command } from "commander";
import type { Running } from "../../main/start-app.ts";
import { requireHealth } from "../doctor/require-health.ts";
import { type DecisionFlags, decides, settingsWith } from "../manager-flags.ts";
import { optionsOf } from "../program.ts";
import { serveUntilStopped } from "../serve-until-stopped.ts";

export function defineApp(command: Command): void {
  decides(command).action(async () => {
    await requireHealth(command, "app");
    await serveUntilStopped(command, [await openApp(command)]);
  });
}

export function defineRunner(command: Command): void {
  concurrent(command).action(async () => {
    await requireHealth(command, "runner", concurrencyOf(command));
    await serveUntilStopped(command, [await openRunner(command)]);
  });
}

export function defineUp(command: Command): void {
  decides(concurrent(command)).action(async () => {
    await requireHealth(command, "app");
    await requireHealth(command, "runner", concurrencyOf(command));
    const app = await openApp(command);
    try {
      // The runner is stopped first, so that what it hands back is still settled.
      await serveUntilStopped(command, [await openRunner(command), app]);
    } catch (error) {
      await app.stop();
      throw error;
    }
  });
}

function concurrent(command: Command): Command {
  return command.option("--concurrency <number>", "attempts at once; without it, AGENTPR_RUNNER_CONCURRENCY");
}

async function openApp(command: Command): Promise<Running> {
  const { requireFreePort } = await import("../require-free-port.ts");
  const settings = await settingsWith(optionsOf<DecisionFlags>(command));
  await requireDatabase(settings.databaseUrl);
  await requireFreePort(settings.host, settings.port);
  const { startApp } = await import("../../main/start-app.ts");
  return startApp(settings, {});
}

/** The flag as the variable that it goes before. */
function concurrencyOf(command: Command): Record<string, string> {
  const { concurrency } = optionsOf<{ concurrency?: string }>(command);
  return concurrency === undefined ? {} : { AGENTPR_RUNNER_CONCURRENCY: concurrency };
}

async function openRunner(command: Command): Promise<Running> {
  const { loadRunnerSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const source = settingsSource(optionsOf(command));
  const settings = loadRunnerSettings({ ...source, env: { ...source.env, ...concurrencyOf(command) } });
  await requireDatabase(settings.databaseUrl);
  const { startRunner } = await import("../../main/start-runner.ts");
  return startRunner(settings, {});
}

/** Looks before anything is started, so that a missing database stays missing. */
async function requireDatabase(url: string): Promise<void> {
  const { openDatabase } = await import("../open-database.ts");
  const database = await openDatabase(url);
  await database.close();
}
