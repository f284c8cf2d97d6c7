import { z } from "zod";
import { BUDGET_KINDS, BUDGET_SCOPES } from "./amounts.ts";
import { ATTEMPT_EVENTS } from "./attempt-events.ts";
import { HUMAN_EVENTS } from "./human-events.ts";
import { MANAGER_EVENTS } from "./manager-events.ts";
import { Fork, State } from "./run.ts";

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const reason = z.string().max(4_000);
const count = z.number().int();
const who = z.string().max(200);

/** A check that failed on a head, with what the worker needs to mend it. */
export const CheckFailure = z.object({
  name: z.string(),
  url: z.string().nullable(),
  summary: z.string().max(20_000),
  annotations: z.array(z.string().max(2_000)).max(50),
});
export type CheckFailure = z.infer<typeof CheckFailure>;

/** A failure that may have had nothing to do with the change. */
export const Flake = z.object({
  name: z.string(),
  url: z.string().nullable(),
  evidence: z.string().max(1_000),
  /** It went both ways on one commit; else only its log hints at it. */
  sure: z.boolean(),
});
export type Flake = z.infer<typeof Flake>;
/** Lines of the new side of one commit; absent where GitHub knows them no longer, or the comment is on the old side. */
export const CommentLines = z.object({ sha, from: count, to: count });

export const ReviewComment = z.object({
  id: z.number(),
  path: z.string(),
  line: z.number().nullable(),
  body: z.string().max(65_536),
  /** The first comment of the conversation that it stands in. */
  thread: z.number().optional(),
  lines: CommentLines.optional(),
});
export type ReviewComment = z.infer<typeof ReviewComment>;

/** A human's words on a pull request, frozen as they were when they were submitted. */
export const Feedback = z.object({
  reviewId: z.number(),
  author: z.string(),
  permission: z.string(),
  verdict: z.enum(["changes_requested", "commented"]),
  body: z.string().max(65_536),
  comments: z.array(ReviewComment).max(200),
  submittedAt: z.string(),
});
export type Feedback = z.infer<typeof Feedback>;

const noted = <T extends string>(type: T) => z.object({ type: z.literal(type) });

/** Every fact that can happen to a run. Moves, notes and facts of the world are told apart in transitions.ts. */
export const Event = z.discriminatedUnion("type", [
  noted("run.created").extend({ by: who, held: z.boolean() }),
  noted("run.started"),
  noted("run.escalated").extend({ reason }),
  noted("run.paused").extend({ reason, by: who }),
  /** The app was taken away and has been installed again. */
  noted("app.reinstalled").extend({ installationId: count }),
  ...ATTEMPT_EVENTS,
  noted("attempts.exhausted").extend({ reason }),
  noted("change.sealed").extend({ changeId: z.string(), sha }),
  noted("change.ready").extend({ changeId: z.string(), sha }),
  noted("change.published").extend({
    changeId: z.string(),
    sha,
    answers: z.array(count),
    /** The attempt whose words go with it. */
    attempt: count.optional(),
  }),
  noted("change.stale").extend({ reason }),
  noted("branch.published").extend({ sha }),
  noted("fork.found").extend({ fork: Fork }),
  noted("publish.failed").extend({ reason }),
  noted("approval.requested").extend({ approvalId: z.string(), by: who, bypass: reason.optional() }),
  noted("approval.confirmed").extend({ approvalId: z.string(), by: who, bypass: reason.optional() }),
  noted("approval.withdrawn").extend({ approvalId: z.string(), by: who }),
  noted("approval.expired").extend({ approvalId: z.string() }),
  noted("approval.rejected").extend({ approvalId: z.string().nullable(), by: who, reason }),
  noted("pr.opened").extend({ number: count, url: z.string(), sha }),
  /** A draft of ours that was handed to its reviewers. */
  noted("pr.readied").extend({ number: count }),
  noted("pr.open_failed").extend({ reason }),
  noted("pr.merged").extend({ by: who.nullable(), sha: sha.nullable() }),
  noted("pr.closed").extend({ by: who.nullable() }),
  noted("pr.reopened"),
  noted("checks.passed").extend({ sha }),
  noted("checks.absent").extend({ sha }),
  noted("checks.preexisting").extend({ sha, failures: z.array(CheckFailure) }),
  noted("checks.failed").extend({ sha, failures: z.array(CheckFailure) }),
  /** No names: what was held runs now. */
  noted("checks.held").extend({ sha, names: z.array(z.string()).max(50), url: z.string().nullable() }),
  noted("checks.flaky").extend({
    sha,
    flakes: z.array(Flake).max(50),
    /** Names the results that were seen, so that they are told from newer ones. */
    seen: z.string(),
    /** Newer results are waited for before anything is mended. */
    waits: z.boolean(),
    /** We have had them run again ourselves. */
    rerun: z.boolean(),
  }),
  noted("checks.restarted").extend({ sha }),
  noted("feedback.received").extend({ feedback: Feedback }),
  noted("feedback.approved").extend({ by: who, sha }),
  noted("feedback.answered").extend({
    answers: z.array(count),
    attempt: count.optional(),
  }),
  /** A review that causes nothing, because of who made it; people are told of it. */
  noted("feedback.unheard").extend({
    reviewId: z.number(),
    author: who,
    because: z.enum(["bot", "no_permission"]),
  }),
  /** Who has been asked for a review and has not spoken; a new list takes the place of the last. */
  noted("reviewers.awaited").extend({ logins: z.array(who).max(200) }),
  noted("base.conflicted").extend({ reason }),
  noted("base.outdated").extend({ reason }),
  noted("human.resumed").extend({ by: who, target: State.nullable() }),
  noted("human.retried").extend({
    by: who,
    target: State.nullable(),
    note: z.string().max(10_000).nullable(),
  }),
  ...HUMAN_EVENTS,
  ...MANAGER_EVENTS,
  noted("budget.lifted").extend({
    by: who,
    scope: z.enum(BUDGET_SCOPES),
    kind: z.enum(BUDGET_KINDS),
    amount: count.positive(),
  }),
  noted("notice.sent").extend({ priority: z.enum(["low", "normal", "high", "urgent"]), text: z.string() }),
]);
export type Event = z.infer<typeof Event>;
export type EventType = Event["type"];
