import { z } from "zod";

/** Who made a decision: the rules, the model, the rules because the model failed, the rules against the model. */
export const DECISION_SOURCES = ["rules", "llm", "fallback", "override"] as const;
export const DecisionSource = z.enum(DECISION_SOURCES);
export type DecisionSource = z.infer<typeof DecisionSource>;

const reason = z.string().max(4_000);

/** What the manager did, as the journal keeps it. None of it moves a run by itself. */
export const ManagerDecided = z.object({
  type: z.literal("manager.decided"),
  decision: z.string().max(40),
  rule: z.string().max(60),
  source: DecisionSource,
  reason,
  /** Hash of the facts that it was decided on. */
  facts: z.string().max(64),
  /** What the next attempt should do differently, by the diagnosis of the last one. */
  instructions: z.string().max(4_000).nullable(),
  fromTheBase: z.boolean(),
});
export type ManagerDecided = z.infer<typeof ManagerDecided>;

/** An action of the manager that could not be carried out. */
export const ManagerFailed = z.object({ type: z.literal("manager.failed"), reason });

/** What becomes of one thread of a review. */
export const ThreadTriage = z.object({
  /** The id of the thread's first comment, or `review` for the words of the review itself. */
  thread: z.string().max(60),
  action: z.enum(["fix", "answer", "ignore"]),
  /** Draft of an answer; empty where none is due. */
  reply: z.string().max(4_000),
  reason,
});
export type ThreadTriage = z.infer<typeof ThreadTriage>;

export const ManagerTriaged = z.object({
  type: z.literal("manager.triaged"),
  reviewId: z.number(),
  source: DecisionSource,
  threads: z.array(ThreadTriage).max(200),
});
export type ManagerTriaged = z.infer<typeof ManagerTriaged>;

/** Who wrote the prose of a pull request's template; the rules alone write without a note. */
export const ManagerWrote = z.object({
  type: z.literal("manager.wrote"),
  changeId: z.string().max(60),
  source: DecisionSource,
  sections: z.array(z.string().max(40)).max(20),
  reason,
});
export type ManagerWrote = z.infer<typeof ManagerWrote>;

const ManagerRetried = z.object({ type: z.literal("manager.retried"), reason });

export const MANAGER_EVENTS = [
  ManagerRetried,
  ManagerDecided,
  ManagerFailed,
  ManagerTriaged,
  ManagerWrote,
] as const;
