import { z } from "zod";

/** What statistics can be divided by. */
export const DIVISIONS = ["repo", "prompt", "skill", "model", "week"] as const;
export type Division = (typeof DIVISIONS)[number];

/** What became of a run, told by its journal. */
export const OUTCOMES = [
  "merged",
  "merged_after_edits",
  "closed",
  "silent",
  "open",
  "under_way",
  "finished_by_hand",
  "given_up",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const key = z.union([z.string(), z.number()]).nullable();
const count = z.coerce.number();
/** Numbers that the database has put together as one text. */
const numbers = z
  .string()
  .nullable()
  .transform((text) => z.array(z.number()).parse(JSON.parse(`[${text ?? ""}]`)));

/** Attempts that are alike. */
export const AttemptGroup = z.object({
  key,
  grade: z.string(),
  reason: z.string(),
  attempts: count,
  tokens: count,
});
export type AttemptGroup = z.infer<typeof AttemptGroup>;

/** Runs that are alike. */
export const RunGroup = z.object({
  key,
  outcome: z.enum(OUTCOMES),
  runs: count,
  /** Runs with an attempt that ended, and among them those whose newest one passed. */
  tried: count,
  passed: count,
  touches: count,
  /** Millionths of a US dollar, of the runs whose price is known. */
  cost: count,
  priced: count,
  toPr: numbers,
  toMerge: numbers,
});
export type RunGroup = z.infer<typeof RunGroup>;

/** What became of one run, and how many reviews asked for something. */
export const RunOutcome = z.object({ outcome: z.enum(OUTCOMES), reviews: count });
export type RunOutcome = z.infer<typeof RunOutcome>;
