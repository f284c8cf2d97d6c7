import { z } from "zod";
import { Change } from "./change.ts";
import { ContractOutcome } from "./contract.ts";
import { Evidence } from "./evidence.ts";
import { Governance } from "./governance.ts";
import { Grade } from "./grade.ts";
import { PlacedSkill } from "./skills.ts";

/** What the worker answers to a reviewer; `thread` is null for an answer to the review's own text. */
export const WorkerAnswer = z.object({
  review: z.number(),
  thread: z.number().nullable(),
  text: z.string().max(8_000),
});
export type WorkerAnswer = z.infer<typeof WorkerAnswer>;

/** What the worker said at its end: shown to people, never believed. */
export const WorkerSummary = z.object({
  status: z.string().max(40),
  title: z.string().max(200),
  notes: z.string().max(10_000),
  files_changed: z.array(z.string().max(1_000)).max(500).default([]),
  commands_run: z.array(z.string().max(2_000)).max(200).default([]),
  answers: z.array(WorkerAnswer).max(300).optional(),
});
export type WorkerSummary = z.infer<typeof WorkerSummary>;

export const StageTime = z.object({ name: z.string(), ms: z.number() });
export type StageTime = z.infer<typeof StageTime>;

/** A runner's report on an attempt. The app's `settle` weighs it and moves the run. */
export const AttemptReport = z.object({
  version: z.literal("agentpr.attempt.v1"),
  runId: z.string(),
  attempt: z.number().int(),
  baseSha: z.string().nullable(),
  threadId: z.string().nullable(),
  resumed: z.boolean(),
  /** Why the run's thread was not gone on with; null when it was, and when there was none. */
  notResumed: z.string().max(1_000).nullable().default(null),
  /** The model that was asked for; null leaves it to Codex. */
  model: z.string().nullable().default(null),
  isolation: z.enum(["box", "container", "none"]),
  codexVersion: z.string().nullable(),
  /** The skills it had, by version and hash of their content. */
  skills: z.array(PlacedSkill).default([]),
  evidence: Evidence,
  grade: Grade,
  change: Change.nullable(),
  summary: WorkerSummary.nullable(),
  /** How the target wants to be contributed to; null where nothing was read. */
  governance: Governance.nullable().default(null),
  /** The contract that the worker made in this attempt, valid or not. */
  contract: ContractOutcome.nullable().default(null),
  /** The target's own pull request template at the base commit. */
  pullTemplate: z.object({ path: z.string(), text: z.string().max(65_536) }).nullable(),
  stages: z.array(StageTime),
});
export type AttemptReport = z.infer<typeof AttemptReport>;
