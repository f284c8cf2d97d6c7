import { z } from "zod";
import { amount, whole } from "./policy-key.ts";

const TOKENS = [0, 1_000_000_000_000] as const;

const spending = {
  tokens: whole(TOKENS, 0, "Tokens in all; 0: no limit"),
  cost_usd: amount(0, "US dollars by the prices of this policy; 0: no limit"),
};

export const Limits = z.strictObject({
  run: z
    .strictObject({
      wall_minutes: whole([0, 525_600], 240, "Minutes of attempts in all; 0: no limit"),
      ...spending,
    })
    .prefault({})
    .describe("What one run may spend"),
  repository_day: z
    .strictObject(spending)
    .prefault({})
    .describe("What the runs of one repository may spend in a day"),
  day: z.strictObject(spending).prefault({}).describe("What all runs together may spend in a day"),
});

export const Price = z.strictObject({
  input: amount(0, "Input that is not cached"),
  cached_input: amount(0, "Input that the provider had cached"),
  output: amount(0, "Output, reasoning included"),
});

export type Limits = z.infer<typeof Limits>;
export type Price = z.infer<typeof Price>;

/** How much a run may change, try and spend, and what is kept of it. */
export const BUDGET_KEYS = {
  max_changed_files: whole(
    [0, 100_000],
    6,
    "Files that a change may touch, so that it can be reviewed; 0: no limit",
  ),
  max_added_lines: whole([0, 10_000_000], 120, "Lines that a change may add; 0: no limit"),
  max_patch_bytes: whole([0, 1_000_000_000], 1_000_000, "Size of a change's patch; 0: no limit"),
  max_retryable_attempts: whole(
    [0, 1_000],
    3,
    "Failed attempts in a row before a person is asked; 0: no limit",
  ),
  max_iterations: whole([0, 1_000], 5, "Fixes on one pull request before a person is asked; 0: no limit"),
  limits: Limits.prefault({}).describe("What may be spent; looked at before an attempt starts"),
  prices: z
    .record(z.string().min(1).max(200), Price)
    .default({})
    .describe("US dollars for a million tokens, by model; * is any other"),
  artifact_cap: whole([1_024, 10_000_000_000], 20_000_000, "Most bytes that one artifact keeps"),
  retention: z
    .strictObject({
      artifact_days: whole([0, 36_500], 30, "Days that artifacts are kept; 0: for ever"),
    })
    .prefault({})
    .describe("How long things are kept"),
  success_event_stream_sample_pct: whole(
    [0, 100],
    15,
    "Share of passed attempts whose event stream is kept; those of failed ones always are",
  ),
};
