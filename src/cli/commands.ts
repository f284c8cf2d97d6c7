import type { Command } from "commander";

export type CommandEntry = {
  readonly name: string;
  readonly summary: string;
  /** Adds arguments, options and the action; loaded only when the command is named. */
  readonly load: () => Promise<(command: Command) => void>;
};

/** Every command, in the order of `agentpr --help` and of the README. */
export const COMMANDS: readonly CommandEntry[] = [
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
    name: "create-run",
    summary: "Begin a run: turn an issue or a task into a pull request",
    load: async () => (await import("./commands/create-run.ts")).defineCreateRun,
  },
  {
    name: "next",
    summary: "Say what wants somebody, and the command for each; so does agentpr alone",
    load: async () => (await import("./commands/look.ts")).defineNext,
  },
  {
    name: "list-runs",
    summary: "List runs, newest first",
    load: async () => (await import("./commands/look.ts")).defineListRuns,
  },
  {
    name: "show-run",
    summary: "Show a run with its attempts and its history",
    load: async () => (await import("./commands/look.ts")).defineShowRun,
  },
  {
    name: "explain",
    summary: "Say why a run is where it is, and what would move it",
    load: async () => (await import("./commands/look.ts")).defineExplain,
  },
  {
    name: "analyze-worker-output",
    summary: "Say what came of an attempt: its grade, every rule that matched, what to do",
    load: async () => (await import("./commands/look.ts")).defineAnalyze,
  },
  {
    name: "inspect-run",
    summary: "Look into a run: times by stage, commands, tokens, decisions, log tails",
    load: async () => (await import("./commands/look.ts")).defineInspectRun,
  },
  {
    name: "logs",
    summary: "Show what an attempt ran and the end of what was said, or follow it",
    load: async () => (await import("./commands/look.ts")).defineLogs,
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
    name: "request-open-pr",
    summary: "Ask for the pull request of a finished change; prints the confirmation code",
    load: async () => (await import("./commands/pull-request.ts")).defineRequestOpenPr,
  },
  {
    name: "approve-open-pr",
    summary: "Confirm that request: exactly that pull request is opened",
    load: async () => (await import("./commands/pull-request.ts")).defineApproveOpenPr,
  },
  {
    name: "reject-open-pr",
    summary: "Turn the change down; the reason goes to the next attempt",
    load: async () => (await import("./commands/pull-request.ts")).defineRejectOpenPr,
  },
  {
    name: "pause",
    summary: "Stop work on a run until it is resumed",
    load: async () => (await import("./commands/steer.ts")).definePause,
  },
  {
    name: "resume",
    summary: "Let a paused, held or escalated run go on",
    load: async () => (await import("./commands/steer.ts")).defineResume,
  },
  {
    name: "retry",
    summary: "Begin a new attempt",
    load: async () => (await import("./commands/steer.ts")).defineRetry,
  },
  {
    name: "cancel",
    summary: "Give a run up",
    load: async () => (await import("./commands/steer.ts")).defineCancel,
  },
  {
    name: "mark-done",
    summary: "Say that a run which needs a person is finished",
    load: async () => (await import("./commands/steer.ts")).defineMarkDone,
  },
  {
    name: "notify-user",
    summary: "Leave a notice about a run for whoever looks after it",
    load: async () => (await import("./commands/steer.ts")).defineNotifyUser,
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
