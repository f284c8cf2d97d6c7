import { z } from "zod";

const attempt = z.number().int();
const reason = z.string().max(4_000);

/** What happens to one attempt of a run, from the order to its end. */
export const ATTEMPT_EVENTS = [
  z.object({ type: z.literal("attempt.requested"), attempt }),
  z.object({
    type: z.literal("attempt.by_hand"),
    attempt,
    by: z.string().max(200),
    flags: z.array(z.string().max(200)),
  }),
  z.object({
    type: z.literal("attempt.finished"),
    attempt,
    grade: z.enum(["PASS", "RETRYABLE", "HUMAN_REVIEW"]),
    reason: z.string(),
    threadId: z.string().nullable(),
  }),
  z.object({ type: z.literal("attempt.parked"), attempt, reason, until: z.number() }),
  z.object({ type: z.literal("attempt.failed"), attempt, reason }),
] as const;
