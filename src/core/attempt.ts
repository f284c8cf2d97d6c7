import { z } from "zod";
import { Change } from "./change.ts";
import { Evidence } from "./evidence.ts";
import { Grade } from "./grade.ts";
import { PlacedSkill } from "./skills.ts";

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
  isolation: z.enum(["box", "container", "none"]),
  codexVersion: z.string().nullable(),
  /** The skills it had, by version and hash of their content. */
  skills: z.array(PlacedSkill).default([]),
  evidence: Evidence,
  grade: Grade,
  change: Change.nullable(),
  summary: WorkerSummary.nullable(),
  /** The target's own pull request template at the base commit. */
  pullTemplate: z.object({ path: z.string(), text: z.string().max(65_536) }).nullable(),
  stages: z.array(StageTime),
});
export type AttemptReport = z.infer<typeof AttemptReport>;
