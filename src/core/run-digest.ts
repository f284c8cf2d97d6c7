import { z } from "zod";
import { CODEX_ENDS, COMMAND_ORIGINS, PreflightCheck, VIOLATION_RULES, Weakening } from "./evidence.ts";
import { Grade } from "./grade.ts";
import { ACTIONS_AFTER } from "./recommend.ts";
import { State } from "./run.ts";

const whole = z.number().int();
const command = z.string().max(4_000);

const VerifiedSummary = z.object({
  command,
  kind: z.enum(["test", "lint"]),
  origin: z.enum(COMMAND_ORIGINS),
  verdict: z.string(),
  tests_run: whole.nullable(),
  tests_failing: whole.nullable(),
  new_failures: z.array(z.string()).max(50),
  duration_ms: z.number(),
});

const Validation = z.object({
  mode: z.enum(["off", "head", "baseline"]).nullable(),
  dependencies: z.string().nullable(),
  test_command_count: whole,
  test_commands: z.array(command).max(40),
  new_failure_count: whole,
  commands: z.array(VerifiedSummary).max(40),
});

const Changes = z.object({
  changed_files_count: whole,
  added_lines: whole,
  deleted_lines: whole,
  patch_bytes: whole,
  files: z.array(z.object({ path: z.string(), status: z.string(), added: whole, deleted: whole })).max(100),
  sealed_sha: z.string().nullable(),
});

const TimedCommand = z.object({ command, exit_code: whole.nullable(), duration_ms: z.number().nullable() });

/** The machine-readable summary of an attempt; docs/reports.md explains every field. */
export const RunDigest = z.object({
  version: z.literal("agentpr.run_digest.v2"),
  generated_at: z.iso.datetime(),
  run: z.object({
    run_id: z.string(),
    owner: z.string(),
    repo: z.string(),
    prompt_version: z.string(),
    base_branch: z.string(),
    base_sha: z.string().nullable(),
    branch: z.string(),
  }),
  /** `after` is the app's to say: null in what a runner writes. */
  state: z.object({ before: State, after: State.nullable() }),
  attempt: z.object({
    attempt_id: z.string(),
    attempt_no: whole,
    runner: z.string(),
    duration_ms: whole,
    codex_end: z.enum(CODEX_ENDS).nullable(),
    exit_code: whole.nullable(),
    thread_id: z.string().nullable(),
    resumed: z.boolean(),
  }),
  classification: z.object({
    grade: Grade.shape.grade,
    reason_code: Grade.shape.reason,
    because: z.string(),
    next_action: z.enum(ACTIONS_AFTER),
  }),
  validation: Validation,
  changes: Changes,
  /** What was used of each limit of the policy; a limit of null is none. */
  budgets: z.array(z.object({ name: z.string(), used: z.number(), limit: z.number().nullable() })),
  usage: z.object({
    input_tokens: whole,
    cached_input_tokens: whole,
    output_tokens: whole,
    reasoning_tokens: whole,
    total_tokens: whole,
    /** Null where the policy has no price for the model. */
    cost_usd: z.number().nullable(),
  }),
  commands: z.object({
    count: whole,
    categories: z.object({ test: whole, lint: whole, other: whole }),
    top_by_duration: z.array(TimedCommand).max(10),
  }),
  stages: z.object({
    total_duration_ms: whole,
    top_stage: z.string().nullable(),
    stage_totals: z.array(
      z.object({ stage: z.string(), duration_ms: whole, share_of_total_pct: z.number() }),
    ),
  }),
  safety: z.object({
    violation_count: whole,
    violations: z
      .array(z.object({ rule: z.enum(VIOLATION_RULES), path: z.string().nullable(), detail: z.string() }))
      .max(40),
    weakenings: z.array(Weakening).max(40),
  }),
  preflight: z.object({ ok: z.boolean(), failures: z.array(PreflightCheck) }),
  /** What the worker said at its end: shown, never believed. */
  worker: z.object({ status: z.string(), title: z.string(), notes: z.string() }).nullable(),
  manager_recommendation: z.object({
    action: z.enum(ACTIONS_AFTER),
    priority: z.enum(["normal", "high"]),
    why: z.string(),
  }),
  recommended_actions: z.array(z.string()),
  artifacts: z.object({
    agent_runtime: z.string().nullable(),
    preflight: z.string().nullable(),
    event_stream: z.string().nullable(),
    event_stream_retention: z.string(),
  }),
});
export type RunDigest = z.infer<typeof RunDigest>;
