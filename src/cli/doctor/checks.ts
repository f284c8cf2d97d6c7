import {
  type AppSettings,
  loadAppSettings,
  loadRunnerSettings,
  type RunnerSettings,
  type SettingsSource,
} from "../../config/settings.ts";
import type { Check, Context, Look, Profile } from "./check.ts";
import { box } from "./checks/box.ts";
import { clock } from "./checks/clock.ts";
import { codex } from "./checks/codex.ts";
import { codexOverrides } from "./checks/codex-overrides.ts";
import { database } from "./checks/database.ts";
import { diskSpace } from "./checks/disk-space.ts";
import { git } from "./checks/git.ts";
import { githubApp } from "./checks/github-app.ts";
import { keyFiles } from "./checks/key-files.ts";
import { manager } from "./checks/manager.ts";
import { managerAnswers } from "./checks/manager-answers.ts";
import { modelAnswers } from "./checks/model-answers.ts";
import { modelCredentials } from "./checks/model-credentials.ts";
import { node } from "./checks/node.ts";
import { policy } from "./checks/policy.ts";
import { prompt } from "./checks/prompt.ts";
import { registries } from "./checks/registries.ts";
import { sandbox } from "./checks/sandbox.ts";
import { settings } from "./checks/settings.ts";
import { telegramAnswers } from "./checks/telegram-answers.ts";
import { telegramBot } from "./checks/telegram-bot.ts";
import { webhookSecret } from "./checks/webhook-secret.ts";
import { dataFolder, workspaces } from "./checks/writable-folder.ts";

type Entry = {
  readonly name: string;
  readonly look: Look;
  /** The processes that it matters to; `all` has every check. */
  readonly profiles: readonly Exclude<Profile, "all">[];
  /** Asks somebody else over the network, or takes its time: not at a process's start. */
  readonly slow?: true;
};

const EVERY = ["app", "runner", "telegram", "webhook", "manager"] as const;
const APP_SIDE = ["app", "telegram", "webhook", "manager"] as const;
const ACTING = ["app", "telegram", "manager"] as const;

// What speaks with GitHub is loaded by whoever looks: a process that starts keeps in memory what it has loaded.
const appPermissions: Look = async (context) =>
  (await import("./checks/app-permissions.ts")).appPermissions(context);
const forkMode: Look = async (context) => (await import("./checks/fork-mode.ts")).forkMode(context);
const webhookReachable: Look = async (context, signal) =>
  (await import("./checks/webhook-reachable.ts")).webhookReachable(context, signal);

/** Every check, in the order in which they are shown; what others build on comes first. */
export const CHECKS: readonly Entry[] = [
  { name: "settings", look: settings, profiles: EVERY },
  { name: "node", look: node, profiles: EVERY },
  { name: "git", look: git, profiles: ["app", "runner"] },
  { name: "data folder", look: dataFolder, profiles: APP_SIDE },
  { name: "workspaces", look: workspaces, profiles: ["runner"] },
  { name: "disk space", look: diskSpace, profiles: EVERY },
  { name: "key files", look: keyFiles, profiles: EVERY },
  { name: "database", look: database, profiles: EVERY },
  { name: "policy", look: policy, profiles: APP_SIDE },
  { name: "prompt", look: prompt, profiles: ["app", "manager"] },
  { name: "GitHub App", look: githubApp, profiles: ACTING },
  { name: "App's permissions", look: appPermissions, profiles: ["app"], slow: true },
  { name: "webhook secret", look: webhookSecret, profiles: ["app", "webhook"] },
  { name: "webhook address", look: webhookReachable, profiles: ["app", "webhook"], slow: true },
  { name: "fork mode", look: forkMode, profiles: ["app"], slow: true },
  { name: "Telegram bot", look: telegramBot, profiles: ["app", "telegram"] },
  { name: "Telegram", look: telegramAnswers, profiles: ["app", "telegram"], slow: true },
  { name: "manager", look: manager, profiles: ["app", "manager"] },
  { name: "manager's model", look: managerAnswers, profiles: ["app", "manager"], slow: true },
  { name: "codex", look: codex, profiles: ["runner"] },
  { name: "codex overrides", look: codexOverrides, profiles: ["runner"] },
  { name: "model", look: modelCredentials, profiles: ["runner"] },
  { name: "model's endpoint", look: modelAnswers, profiles: ["runner"], slow: true },
  { name: "box", look: box, profiles: ["runner"] },
  { name: "codex sandbox", look: sandbox, profiles: ["runner"], slow: true },
  { name: "registries", look: registries, profiles: ["runner"], slow: true },
  { name: "clock", look: clock, profiles: ["app", "webhook"], slow: true },
];

export type Order = {
  profile: Profile;
  source: SettingsSource;
  requireCodex: boolean;
  /** Only what is quick and asks nobody else. */
  quick?: boolean;
};

/** The checks of a process. Unusable settings end the examination: nothing else could be believed. */
export function checksOf({ profile, source, requireCodex, quick = false }: Order): Check[] {
  const context = contextOf({ profile, source, requireCodex });
  if (profile !== "runner") context.app();
  if (profile === "runner" || profile === "all") context.runner();
  return CHECKS.filter(({ slow }) => !(quick && slow))
    .filter(({ profiles }) => profile === "all" || profiles.includes(profile))
    .map(({ name, look }) => ({ name, look: (signal) => look(context, signal) }));
}

export function contextOf({ profile, source, requireCodex }: Omit<Order, "quick">): Context {
  let app: AppSettings | null = null;
  let runner: RunnerSettings | null = null;
  return {
    profile,
    source,
    requireCodex,
    app: () => {
      app ??= loadAppSettings(source);
      return app;
    },
    runner: () => {
      runner ??= loadRunnerSettings(source);
      return runner;
    },
  };
}
