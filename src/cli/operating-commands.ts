import type { CommandEntry } from "./commands.ts";

/** What sets agentpr up, runs it and looks after it. */
export const OPERATING_COMMANDS: readonly CommandEntry[] = [
  {
    name: "init-db",
    summary: "Make the database, or bring it up to date",
    load: async () => (await import("./commands/init-db.ts")).defineInitDb,
  },
  {
    name: "doctor",
    summary: "Check everything that agentpr needs here, and say how to mend it",
    load: async () => (await import("./commands/doctor.ts")).defineDoctor,
  },
  {
    name: "app",
    summary: "Run the GitHub App: webhooks and all work of the app lane",
    load: async () => (await import("./commands/serve.ts")).defineApp,
  },
  {
    name: "runner",
    summary: "Run a runner: takes attempts and drives Codex",
    load: async () => (await import("./commands/serve.ts")).defineRunner,
  },
  {
    name: "up",
    summary: "Run the app and a runner together, for one machine",
    load: async () => (await import("./commands/serve.ts")).defineUp,
  },
  {
    name: "runners",
    summary: "List the runners, or approve one",
    load: async () => (await import("./commands/runners.ts")).defineRunners,
  },
  {
    name: "policy",
    summary: "Check the policy file, or show the policy in force for a repository",
    load: async () => (await import("./commands/policy.ts")).definePolicy,
  },
  {
    name: "install-skills",
    summary: "Put the shipped skills into the runner's template, or into a Codex home",
    load: async () => (await import("./commands/skills.ts")).defineInstallSkills,
  },
  {
    name: "skills-status",
    summary: "Show which skills are installed, missing or not the shipped version",
    load: async () => (await import("./commands/skills.ts")).defineSkillsStatus,
  },
  {
    name: "run-preflight",
    summary: "Check what an attempt on a repository needs here, without running Codex",
    load: async () => (await import("./commands/run-preflight.ts")).defineRunPreflight,
  },
  {
    name: "run-agent-step",
    summary: "Carry out one attempt of a run here, and watch it",
    load: async () => (await import("./commands/run-agent-step.ts")).defineRunAgentStep,
  },
  {
    name: "manager-tick",
    summary: "Decide on runs once, and do what is due for them",
    load: async () => (await import("./commands/manager.ts")).defineManagerTick,
  },
  {
    name: "run-manager-loop",
    summary: "Decide on runs again and again, without the rest of the app",
    load: async () => (await import("./commands/manager.ts")).defineRunManagerLoop,
  },
  {
    name: "sync-github",
    summary: "Ask GitHub how open pull requests stand, once or in a loop",
    load: async () => (await import("./commands/sync-github.ts")).defineSyncGithub,
  },
  {
    name: "run-github-webhook",
    summary: "Take GitHub's webhooks in without the rest of the app",
    load: async () => (await import("./commands/run-github-webhook.ts")).defineRunGithubWebhook,
  },
  {
    name: "run-telegram-bot",
    summary: "Run the Telegram bot without the rest of the app",
    load: async () => (await import("./commands/run-telegram-bot.ts")).defineRunTelegramBot,
  },
  {
    name: "simulate-bot-session",
    summary: "Talk to the bot without Telegram: messages and presses in, answers out",
    load: async () => (await import("./commands/simulate-bot-session.ts")).defineSimulateBotSession,
  },
  {
    name: "web-token",
    summary: "Make a link that signs in to the run pages once",
    load: async () => (await import("./commands/web-token.ts")).defineWebToken,
  },
  {
    name: "webhook-audit-summary",
    summary: "Say what came of the last webhooks, and fail when too many went wrong",
    load: async () => (await import("./commands/webhook-audit.ts")).defineWebhookAuditSummary,
  },
  {
    name: "cleanup-webhook-deliveries",
    summary: "Forget webhooks that were processed long ago",
    load: async () => (await import("./commands/webhook-audit.ts")).defineCleanupWebhookDeliveries,
  },
  {
    name: "backup",
    summary: "Copy database and signing key while everything runs, and check the copy",
    load: async () => (await import("./commands/backup.ts")).defineBackup,
  },
  {
    name: "restore",
    summary: "Put a backup in the database's place; what was there is kept beside it",
    load: async () => (await import("./commands/backup.ts")).defineRestore,
  },
  {
    name: "completion",
    summary: "Print what makes bash, zsh or fish complete commands, options and run ids",
    load: async () => (await import("./commands/completion.ts")).defineCompletion,
  },
  {
    name: "demo",
    summary: "Play the whole life of a run on this machine, without any account",
    load: async () => (await import("./commands/demo.ts")).defineDemo,
  },
];
