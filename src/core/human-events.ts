import { z } from "zod";

const by = z.string().max(200);

const HumanCancelled = z.object({
  type: z.literal("human.cancelled"),
  by,
  reason: z.string().max(4_000).nullable(),
});
const HumanFinished = z.object({ type: z.literal("human.finished"), by });

/** To what the manager would do about a review or red checks, before the time to say so was over. */
const HumanAgreed = z.object({ type: z.literal("human.agreed"), by });

/** Words of a person for those who reviewed; they are posted in the conversation, or on the pull request. */
const HumanAnswered = z.object({
  type: z.literal("human.answered"),
  by,
  text: z.string().max(8_000),
  /** The reviews that they answer, and who wrote those. */
  answers: z.array(z.number().int()),
  to: z.array(z.string().max(200)).max(50),
  thread: z.number().int().nullable(),
});

export const HUMAN_EVENTS = [HumanCancelled, HumanFinished, HumanAgreed, HumanAnswered] as const;
