import { startRunner as startRunnerRoom } from "../../runner/main.ts";
import { runnerName } from "../config/runner-name.ts";
import type { RunnerSettings } from "../config/settings.ts";
import { fingerprintOf } from "../engine/enrol.ts";
import { type OpenedWorld, openLog, openWorld } from "./open-world.ts";
import type { Running } from "./start-app.ts";

/** The runner: takes attempts and runs Codex. It gets no key of the app, so it can move no run. */
export async function startRunner(settings: RunnerSettings, _options: object): Promise<Running> {
  const log = openLog(settings.logLevel, "runner");
  const { databaseUrl, traces } = settings;
  const world = await openWorld({ databaseUrl, key: null, log, traces });
  try {
    return await startOn(world, settings);
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function startOn(world: OpenedWorld, settings: RunnerSettings): Promise<Running> {
  const starting = new AbortController();
  const name = runnerName(settings.environment);
  const runner = await startRunnerRoom({
    world,
    name,
    environment: settings.environment,
    baseDir: settings.baseDir,
    dataDir: settings.dataDir,
    concurrency: settings.concurrency,
    pollMs: settings.pollMs,
    allowUnboxed: settings.allowUnboxed,
    runtimeEnvFile: settings.runtimeEnvFile,
    signal: starting.signal,
  });
  const end = async (how: "drain" | "stop") => {
    await runner[how]();
    await world.close();
  };
  const { codex, provider, isolation, key } = runner.settings;
  return {
    ready: [
      ["runner", name],
      ["key", fingerprintOf(key.publicKey)],
      ["codex", `${codex.version} (${codex.source})`],
      ["provider", provider.name],
      ["isolation", isolation.kind],
    ],
    drain: () => end("drain"),
    stop: () => end("stop"),
  };
}
