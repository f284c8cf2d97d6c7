import { loadAppSettings, loadRunnerSettings, type SettingsSource } from "../../config/settings.ts";
import { database, githubApp, policy, prompt } from "./app-checks.ts";
import type { Check } from "./check.ts";
import { forkMode } from "./fork-check.ts";
import { diskSpace, gitVersion, nodeVersion, writableFolder } from "./machine.ts";
import { box, codex, modelCredentials, overrides } from "./runner-checks.ts";

export const PROFILES = ["app", "runner", "all"] as const;
export type Profile = (typeof PROFILES)[number];

type Order = { profile: Profile; source: SettingsSource; requireCodex: boolean };

/** The checks of a process. Unusable settings end the examination: nothing else could be believed. */
export function checksOf({ profile, source, requireCodex }: Order): Check[] {
  const app = profile === "runner" ? [] : appChecks(source);
  const runner = profile === "app" ? [] : runnerChecks(source, requireCodex);
  const byName = new Map([nodeVersion, gitVersion, ...app, ...runner].map((check) => [check.name, check]));
  return [...byName.values()];
}

function appChecks(source: SettingsSource): Check[] {
  const settings = loadAppSettings(source);
  return [
    writableFolder("data folder", settings.dataDir),
    database(settings.databaseUrl),
    githubApp(settings),
    forkMode(settings),
    policy(settings),
    prompt(settings),
    diskSpace(settings.dataDir),
  ];
}

function runnerChecks(source: SettingsSource, required: boolean): Check[] {
  const settings = loadRunnerSettings(source);
  const need = { settings, required };
  return [
    writableFolder("workspaces", settings.baseDir),
    database(settings.databaseUrl),
    codex(need),
    overrides(need),
    modelCredentials(need),
    box(need),
    diskSpace(settings.baseDir),
  ];
}
