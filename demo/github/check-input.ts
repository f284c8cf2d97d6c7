import { z } from "zod";
import { type Hub, timestamp } from "./hub.ts";
import type { CheckRun, CheckSuite } from "./store/checks.ts";

const LONGEST_TEXT = 65_535;
const When = z.iso.datetime({ offset: true });

const GivenAnnotation = z
  .object({
    path: z.string(),
    start_line: z.number().int(),
    end_line: z.number().int(),
    start_column: z.number().int().nullable().default(null),
    end_column: z.number().int().nullable().default(null),
    annotation_level: z.enum(["notice", "warning", "failure"]),
    message: z.string(),
    title: z.string().max(255).nullable().default(null),
    raw_details: z.string().nullable().default(null),
  })
  .refine((one) => one.start_line <= one.end_line, "start_line must not be after end_line");

const Output = z.object({
  title: z.string().optional(),
  summary: z.string().max(LONGEST_TEXT).optional(),
  text: z.string().max(LONGEST_TEXT).optional(),
  annotations: z.array(GivenAnnotation).max(50).default([]),
});

const Shared = z.object({
  details_url: z.url().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z
    .enum(["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"])
    .optional(),
  started_at: When.optional(),
  completed_at: When.optional(),
  actions: z
    .array(
      z.object({
        label: z.string().max(20),
        description: z.string().max(40),
        identifier: z.string().max(20),
      }),
    )
    .max(3)
    .optional(),
});

function concludes(check: { status?: string | undefined; conclusion?: string | undefined }): boolean {
  return check.status !== "completed" || check.conclusion !== undefined;
}
const CONCLUDE = { message: "A completed check run needs a conclusion", path: ["conclusion"] };

export const NewCheck = Shared.extend({
  name: z.string().min(1),
  head_sha: z.string().regex(/^[0-9a-f]{40}$/),
  output: Output.required({ title: true, summary: true }).optional(),
}).refine(concludes, CONCLUDE);

export const CheckChange = Shared.extend({
  name: z.string().min(1).optional(),
  output: Output.required({ summary: true }).optional(),
}).refine(concludes, CONCLUDE);

export type CheckChange = z.infer<typeof CheckChange>;

export function newRun(hub: Hub, suite: CheckSuite, input: z.infer<typeof NewCheck>): CheckRun {
  const run: CheckRun = {
    id: hub.nextId(),
    suiteId: suite.id,
    repositoryId: suite.repositoryId,
    appId: suite.appId,
    name: input.name,
    headSha: suite.headSha,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: input.started_at ?? timestamp(hub),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  applyChange(hub, run, input);
  return run;
}

/** A conclusion completes the run; going back to in_progress takes the conclusion away. Annotations add up. */
export function applyChange(hub: Hub, run: CheckRun, change: CheckChange): void {
  const { output } = change;
  run.name = change.name ?? run.name;
  run.detailsUrl = change.details_url ?? run.detailsUrl;
  run.externalId = change.external_id ?? run.externalId;
  run.startedAt = change.started_at ?? run.startedAt;
  run.actions = change.actions ?? run.actions;
  if (output) {
    run.output = {
      title: output.title ?? run.output.title,
      summary: output.summary,
      text: output.text ?? null,
    };
    run.annotations.push(...output.annotations);
  }
  if (change.conclusion !== undefined) {
    const completedAt = change.completed_at ?? timestamp(hub);
    Object.assign(run, { status: "completed", conclusion: change.conclusion, completedAt });
  } else if (change.status !== undefined) {
    Object.assign(run, { status: change.status, conclusion: null, completedAt: null });
  }
}
