import { z } from "zod";

const names = z.array(z.string().max(300)).max(100);

/** Beside title and body, all that a person sees of a request before it is confirmed: what would happen, and what was found. */
export const ShownRequest = z.object({
  repository: z.string(),
  /** The open pull request that is pushed to; absent where one is to be opened. */
  pull: z.number().int().positive().optional(),
  head: z.string(),
  files: z
    .array(
      z.object({ path: z.string(), status: z.string(), added: z.number().int(), deleted: z.number().int() }),
    )
    .max(300),
  addedLines: z.number().int(),
  deletedLines: z.number().int(),
  checks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      outcome: z.enum(["ok", "warning", "failure"]),
      reason: z.string().nullable(),
    }),
  ),
  /** Workflows that pushing the branch and opening the pull request would start; null where that is not known. */
  workflows: z.object({ push: names, pull: names }).nullable(),
  /** What the target's template asks and only a person can answer. */
  questions: z.array(z.string()).max(30),
  /** Where the template was found; null where none is used. */
  template: z.string().nullable(),
});
export type ShownRequest = z.infer<typeof ShownRequest>;
