import type { CommandEntry } from "./commands.ts";

/** What is asked about runs: one, several, or all. */
export const RUN_COMMANDS: readonly CommandEntry[] = [
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
    name: "analyze-worker-output",
    summary: "Say what came of an attempt: its grade, every rule that matched, what to do",
    load: async () => (await import("./commands/look.ts")).defineAnalyze,
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
    name: "answer",
    summary: "Answer a run's reviewers yourself",
    load: async () => (await import("./commands/steer.ts")).defineAnswer,
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
    name: "get-global-stats",
    summary: "Say what came of all runs: passed, merged, why not, how long, at what cost",
    load: async () => (await import("./commands/statistics.ts")).defineGetGlobalStats,
  },
  {
    name: "run-bottlenecks",
    summary: "Say what the time of runs goes into, and which took longest",
    load: async () => (await import("./commands/statistics.ts")).defineRunBottlenecks,
  },
  {
    name: "skills-metrics",
    summary: "Say what fails of each skill, prompt version and model, and why",
    load: async () => (await import("./commands/learning.ts")).defineSkillsMetrics,
  },
  {
    name: "skills-feedback",
    summary: "Write a report on what fails again and again, and propose changes",
    load: async () => (await import("./commands/learning.ts")).defineSkillsFeedback,
  },
  {
    name: "proposals",
    summary: "List, show, accept or reject what is proposed",
    load: async () => (await import("./commands/proposals.ts")).defineProposals,
  },
];
