// learning: from what past attempts came to, to what could be changed. Pure; it proposes and applies nothing.
import { z } from "zod";
import { Grade } from "../grade.ts";
import { POLICY_KEYS } from "../policy.ts";
import { SKILL_NAMES } from "../skills.ts";

/** What accepting a proposal writes: always a new version, and the old one stays as it is. */
export const Patch = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("policy"),
    key: z.enum(POLICY_KEYS),
    /** The repository whose attempts speak for it; the value is for it alone. */
    repository: z.string(),
    from: z.json(),
    to: z.json(),
    /** The change lets more through than before. */
    looser: z.boolean(),
  }),
  z.object({ kind: z.literal("prompt"), version: z.string(), add: z.string() }),
  z.object({ kind: z.literal("skill"), name: z.enum(SKILL_NAMES), version: z.string(), add: z.string() }),
]);
export type Patch = z.infer<typeof Patch>;

const Verdict = Grade.pick({ grade: true, reason: true });

/** Past attempts graded once more under the proposed policy. */
export const Replay = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("replayed"),
    attempts: z.number().int(),
    /** Those that would pass now, and those that would not any more. */
    better: z.number().int(),
    worse: z.number().int(),
    /** Every attempt that would have come out differently. */
    changed: z.array(
      z.object({ attempt_id: z.string(), run_id: z.string(), before: Verdict, after: Verdict }),
    ),
  }),
  z.object({ kind: z.literal("not_replayable"), why: z.string() }),
]);
export type Replay = z.infer<typeof Replay>;

/** A concrete change, and what speaks for it; docs/reports.md explains every field. */
export const Proposal = z.object({
  version: z.literal("agentpr.proposal.v1"),
  /** What it changes, from where and why: the same is not proposed twice. */
  subject: z.string(),
  title: z.string(),
  reason: Grade.shape.reason,
  patch: Patch,
  evidence: z.object({
    /** Attempts that ended for this reason, among how many of the same kind, and how many of those passed. */
    attempts: z.number().int(),
    of: z.number().int(),
    passed: z.number().int(),
    runs: z.array(z.string()),
  }),
  expected: z.string(),
  replay: Replay,
});
export type Proposal = z.infer<typeof Proposal>;
