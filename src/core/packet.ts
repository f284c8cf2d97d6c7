import { z } from "zod";
import { Allowance, longestMs, UNLIMITED } from "./allowance.ts";
import { Contract } from "./contract.ts";
import { CheckFailure, Feedback } from "./event.ts";
import { Policy } from "./policy.ts";
import { RepositorySettings } from "./repository-settings.ts";
import { Request } from "./run.ts";

/** The JSON handed to the worker beside the prompt. Everything in it is data, frozen when the attempt was asked for. */
export const TaskPacket = z.object({
  version: z.literal("agentpr.task_packet.v2"),
  run: z.object({
    id: z.string(),
    owner: z.string(),
    repo: z.string(),
    attempt: z.number().int(),
    purpose: z.enum(["execute", "iterate"]),
  }),
  request: Request,
  failures: z.array(CheckFailure),
  feedback: z.array(Feedback),
  /** Words of the operator or of the last diagnosis that this attempt must heed. */
  instructions: z.array(z.string().max(10_000)),
  budget: z.object({ maxChangedFiles: z.number(), maxAddedLines: z.number(), maxAgentSeconds: z.number() }),
  /** What was agreed in an earlier turn of this attempt. */
  contract: Contract.optional(),
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
  }),
  base: z.object({ branch: z.string(), sha: z.string().nullable() }),
  /** The sealed change to go on from, as a new commit on top of it or made anew on the base; null starts from the base. */
  from: z.object({ changeId: z.string(), sha: z.string(), onTop: z.boolean() }).nullable(),
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
  const budget = { ...spec.packet.budget, maxAgentSeconds };
  return { ...spec, allowance, packet: { ...spec.packet, budget } };
}
