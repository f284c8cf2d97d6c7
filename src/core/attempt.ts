import { z } from "zod";
import { Change } from "./change.ts";
import { Evidence } from "./evidence.ts";
import { Grade } from "./grade.ts";

/** What the worker said at its end: shown to people, never believed. */
export const WorkerSummary = z.object({
  status: z.string().max(40),
  title: z.string().max(200),
  notes: z.string().max(10_000),
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
  /** By the policy's prices; null where the model has none. */
  costUsd: z.number().nullable().default(null),
  isolation: z.enum(["box", "container", "none"]),
  codexVersion: z.string().nullable(),
  evidence: Evidence,
  grade: Grade,
  change: Change.nullable(),
  summary: WorkerSummary.nullable(),
  /** The target's own pull request template at the base commit. */
  pullTemplate: z.object({ path: z.string(), text: z.string().max(65_536) }).nullable(),
  stages: z.array(StageTime),
});
export type AttemptReport = z.infer<typeof AttemptReport>;
