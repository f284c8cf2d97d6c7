import type { Event, EventType, Feedback } from "../../src/core/event.ts";
import { HEAD } from "./sample-run.ts";

export type EventOf<E extends EventType> = Extract<Event, { type: E }>;

export function feedback(reviewId: number, body = "Please rename it."): Feedback {
  return {
    reviewId,
    author: "mia",
    permission: "write",
    verdict: "changes_requested",
    body,
    comments: [],
    submittedAt: "2026-01-01T00:00:00Z",
  };
}

export function failure(name: string) {
  return { name, url: null, summary: `${name} is red`, annotations: [] };
}

/** One of each kind, about the head and the change of the sample runs. */
export const SAMPLES: { readonly [E in EventType]: EventOf<E> } = {
  "run.created": { type: "run.created", by: "ada", held: false },
  "run.started": { type: "run.started" },
  "run.escalated": { type: "run.escalated", reason: "look at it" },
  "run.paused": { type: "run.paused", reason: "lunch", by: "ada" },
  "app.reinstalled": { type: "app.reinstalled", installationId: 100 },
  "attempt.requested": { type: "attempt.requested", attempt: 1 },
  "attempt.by_hand": { type: "attempt.by_hand", attempt: 1, by: "ada", flags: ["--skip-preflight"] },
  "attempt.finished": {
    type: "attempt.finished",
    attempt: 1,
    grade: "RETRYABLE",
    reason: "new_test_failures",
    threadId: null,
  },
  "attempt.parked": { type: "attempt.parked", attempt: 1, reason: "limit", until: 5 },
  "attempt.failed": { type: "attempt.failed", attempt: 1, reason: "runtime_hard_failure" },
  "attempts.exhausted": { type: "attempts.exhausted", reason: "3 in a row" },
  "change.sealed": { type: "change.sealed", changeId: "change_1", sha: HEAD },
  "change.ready": { type: "change.ready", changeId: "change_1", sha: HEAD },
  "change.published": { type: "change.published", changeId: "change_1", sha: HEAD, answers: [] },
  "change.stale": { type: "change.stale", reason: "main moved" },
  "branch.published": { type: "branch.published", sha: HEAD },
  "fork.found": {
    type: "fork.found",
    fork: { owner: "ops", repo: "widget", repositoryId: 8, ownedBy: "person" },
  },
  "publish.failed": { type: "publish.failed", reason: "refused" },
  "approval.requested": { type: "approval.requested", approvalId: "approval_1", by: "mia" },
  "approval.confirmed": { type: "approval.confirmed", approvalId: "approval_1", by: "mia" },
  "approval.withdrawn": { type: "approval.withdrawn", approvalId: "approval_1", by: "mia" },
  "approval.expired": { type: "approval.expired", approvalId: "approval_1" },
  "approval.rejected": { type: "approval.rejected", approvalId: null, by: "mia", reason: "too big" },
  "pr.opened": { type: "pr.opened", number: 12, url: "https://example.test/12", sha: HEAD },
  "pr.readied": { type: "pr.readied", number: 7 },
  "pr.open_failed": { type: "pr.open_failed", reason: "the gate is shut" },
  "pr.merged": { type: "pr.merged", by: "mia", sha: HEAD },
  "pr.closed": { type: "pr.closed", by: "mia" },
  "pr.reopened": { type: "pr.reopened" },
  "checks.passed": { type: "checks.passed", sha: HEAD },
  "checks.absent": { type: "checks.absent", sha: HEAD },
  "checks.preexisting": { type: "checks.preexisting", sha: HEAD, failures: [failure("lint")] },
  "checks.failed": { type: "checks.failed", sha: HEAD, failures: [failure("unit")] },
  "checks.held": { type: "checks.held", sha: HEAD, names: ["CI"], url: null },
  "checks.flaky": {
    type: "checks.flaky",
    sha: HEAD,
    flakes: [{ name: "e2e", url: null, evidence: "it also passed on the same commit", sure: true }],
    seen: "fingerprint",
    waits: true,
    rerun: false,
  },
  "checks.restarted": { type: "checks.restarted", sha: HEAD },
  "feedback.received": { type: "feedback.received", feedback: feedback(1) },
  "feedback.approved": { type: "feedback.approved", by: "mia", sha: HEAD },
  "feedback.answered": { type: "feedback.answered", answers: [1] },
  "feedback.unheard": { type: "feedback.unheard", reviewId: 2, author: "lint[bot]", because: "bot" },
  "reviewers.awaited": { type: "reviewers.awaited", logins: ["mia"] },
  "base.outdated": { type: "base.outdated", reason: "main has moved" },
  "base.conflicted": { type: "base.conflicted", reason: "main no longer merges" },
  "human.resumed": { type: "human.resumed", by: "ada", target: null },
  "human.retried": { type: "human.retried", by: "ada", target: null, note: null },
  "human.cancelled": { type: "human.cancelled", by: "ada", reason: null },
  "human.finished": { type: "human.finished", by: "ada" },
  "human.agreed": { type: "human.agreed", by: "mia" },
  "human.answered": {
    ...{ type: "human.answered", by: "mia", text: "It has to be so." },
    ...{ answers: [1], to: ["mia"], thread: null },
  },
  "manager.retried": { type: "manager.retried", reason: "worth another try" },
  "manager.decided": {
    ...{ type: "manager.decided", decision: "attempt", rule: "try", source: "llm", reason: "a typo" },
    ...{ facts: "f".repeat(16), instructions: "Mind the typo.", fromTheBase: false },
  },
  "manager.failed": { type: "manager.failed", reason: "the repository could not be read" },
  "manager.triaged": {
    ...{ type: "manager.triaged", reviewId: 1, source: "llm" },
    threads: [{ thread: "review", action: "fix", reply: "", reason: "it asks for a change" }],
  },
  "manager.wrote": {
    ...{ type: "manager.wrote", changeId: "change_1", source: "llm" },
    ...{ sections: ["what"], reason: "the model wrote what" },
  },
  "budget.lifted": { type: "budget.lifted", by: "ada", scope: "run", kind: "tokens", amount: 500_000 },
  "notice.sent": { type: "notice.sent", priority: "low", text: "hello" },
};

export const EVENT_TYPES = Object.keys(SAMPLES) as EventType[];
