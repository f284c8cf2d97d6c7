import { z } from "zod";
import { CommentLines, Feedback } from "./event.ts";
import { Treatment } from "./triage.ts";

/** What is to be done about it, and a draft of the answer if there is one. */
const TREATED = {
  treatment: Treatment.default("fix"),
  draft: z.string().max(8_000).nullable().default(null),
};

/** A conversation at a line of the pull request that nobody has answered yet. */
export const ReviewThread = z.object({
  reviewId: z.number(),
  /** Its first comment, which names it. */
  thread: z.number().nullable().default(null),
  ...TREATED,
  /** Something is asked in it: whoever asked decides when it is over. */
  asks: z.boolean().default(false),
  lines: CommentLines.nullable().default(null),
  path: z.string(),
  line: z.number().nullable(),
  comments: z.array(
    z.object({ author: z.string(), permission: z.string(), at: z.string(), body: z.string() }),
  ),
});
export type ReviewThread = z.infer<typeof ReviewThread>;

/** A review's own text; its line comments are threads. */
export const PacketFeedback = Feedback.omit({ comments: true }).extend(TREATED);
export type PacketFeedback = z.infer<typeof PacketFeedback>;
