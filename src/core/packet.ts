import { z } from "zod";
import { Allowance, longestMs, UNLIMITED } from "./allowance.ts";
import { Contract } from "./contract.ts";
import { CheckFailure } from "./event.ts";
import { Governance } from "./governance.ts";
import { BudgetLeft, leftOf } from "./packet-budget.ts";
import { PacketFeedback, ReviewThread } from "./packet-reviews.ts";
import { Policy } from "./policy.ts";
import { Rebase } from "./rebase.ts";
import { RepositorySettings } from "./repository-settings.ts";
import { Request, State } from "./run.ts";

export { PacketFeedback, ReviewThread } from "./packet-reviews.ts";
export { Rebase } from "./rebase.ts";

const texts = z.array(z.string()).default([]);

/** The JSON handed to the worker beside the prompt. Everything in it is data, frozen when the attempt was asked for. */
export const TaskPacket = z.object({
  version: z.literal("agentpr.task_packet.v2"),
  /** When it was frozen, by the database's clock. */
  createdAt: z.string().nullable().default(null),
  run: z.object({
    id: z.string(),
    owner: z.string(),
    repo: z.string(),
    attempt: z.number().int(),
    purpose: z.enum(["execute", "iterate"]),
    state: State.nullable().default(null),
    mode: z.enum(["direct", "fork"]).default("direct"),
    promptVersion: z.string().nullable().default(null),
  }),
  request: Request.omit({ packet: true }),
  /** What each check says, and the end of its log. */
  failures: z.array(CheckFailure),
  /** Reviews without an answer; their line comments are `threads`. */
  feedback: z.array(PacketFeedback),
  threads: z.array(ReviewThread).default([]),
  /** Reviewers asked questions and nothing else: they get answers, and no file is changed. */
  answersOnly: z.boolean().default(false),
  /** The base moved: its new state is in the work tree, and these files hold what does not go together. */
  conflicts: texts,
  /** Words of the operator or of the last diagnosis that this attempt must heed. */
  instructions: z.array(z.string().max(20_000)),
  /** What the person who made the run added; commands are hints. */
  acceptanceCriteria: texts,
  constraints: texts,
  references: texts,
  testCommands: texts,
  lintCommands: texts,
  budget: z.object({
    maxChangedFiles: z.number(),
    maxAddedLines: z.number(),
    maxAgentSeconds: z.number(),
    left: BudgetLeft.nullable().default(null),
  }),
  policy: z
    .object({
      codexSandbox: z.string(),
      allowAgentPush: z.literal(false),
      protectedPaths: z.array(z.string()),
    })
    .nullable()
    .default(null),
  /** Filled in by the runner once the workspace stands; null until then. */
  repository: z
    .object({
      path: z.string(),
      baseBranch: z.string(),
      baseSha: z.string(),
      /** The commit that the work tree began at: the base, or the last change on it. */
      headSha: z.string(),
      pullTemplate: z.string().nullable(),
      governance: Governance.nullable(),
    })
    .nullable()
    .default(null),
  /** The contract in force: a person's decision lets the run go on although one said otherwise. */
  contract: Contract.nullable().default(null),
  /** What the last message must hold. */
  requiredOutput: z.object({ status: z.array(z.string()), fields: z.array(z.string()) }).default({
    status: ["pass", "needs_review", "fail"],
    fields: ["status", "title", "notes", "files_changed", "commands_run", "answers", "contract"],
  }),
});
export type TaskPacket = z.infer<typeof TaskPacket>;

export const Identity = z.object({ name: z.string().min(1), email: z.string().min(3) });
export type Identity = z.infer<typeof Identity>;

/** How the runner must seal the commit; dictated by the app, checked again by the app. */
export const SealOrder = z.object({
  branch: z.string(),
  author: Identity,
  committer: Identity,
  /** Commit time in seconds since 1970, so that sealing again gives the same commit. */
  at: z.number().int(),
  signOff: z.boolean(),
  trailers: z.array(z.string()),
});
export type SealOrder = z.infer<typeof SealOrder>;

/** Payload of an `attempt` job: all that a runner needs, and nothing secret. */
export const AttemptSpec = z.object({
  runId: z.string(),
  attempt: z.number().int().positive(),
  /** The stay in a state that this attempt belongs to; when the run has left it, the attempt is called off. */
  epoch: z.number().int(),
  /** Failed attempts since something last went well; what the retry cap counts. */
  failedInRow: z.number().int(),
  clone: z.object({
    url: z.string(),
    host: z.string(),
    repositoryId: z.number().int(),
    owner: z.string(),
    repo: z.string(),
    /** The installation that a private repository is read through; null for one that anybody can read. */
    privateTo: z.number().int().nullable().default(null),
  }),
  base: z.object({ branch: z.string(), sha: z.string().nullable() }),
  /** The sealed change to go on from, as a new commit on top of it or made anew on the base; null starts from the base. */
  from: z.object({ changeId: z.string(), sha: z.string(), onTop: z.boolean() }).nullable(),
  rebase: Rebase.optional(),
  threadId: z.string().nullable(),
  promptVersion: z.string(),
  /** The base prompt of that version. */
  prompt: z.string(),
  packet: TaskPacket,
  /** The effective policy: the operator's, made stricter by the repository's own settings. */
  policy: Policy,
  /** What was reserved for it: the runner stops Codex when that is used up. */
  allowance: Allowance.default(UNLIMITED),
  /** Those settings, as they were when the attempt was asked for. */
  repository: RepositorySettings.prefault({}),
  seal: SealOrder,
});
export type AttemptSpec = z.infer<typeof AttemptSpec>;

/** The order with what was reserved for it, which the worker is told of. */
export function withAllowance(spec: AttemptSpec, allowance: Allowance): AttemptSpec {
  const longest = longestMs(allowance, spec.policy.max_agent_seconds);
  const maxAgentSeconds = longest === null ? 0 : Math.ceil(longest / 1_000);
  const left = spec.packet.budget.left && { ...spec.packet.budget.left, ...leftOf(allowance) };
  const budget = { ...spec.packet.budget, maxAgentSeconds, left };
  return { ...spec, allowance, packet: { ...spec.packet, budget } };
}
