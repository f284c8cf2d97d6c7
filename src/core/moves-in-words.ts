import type { EventType } from "./event.ts";
import type { Run } from "./run.ts";
import { accepted } from "./transitions.ts";

/** What takes a run out of its state, as people say it; whatever they do themselves stands with its command. */
const IN_WORDS: Partial<Record<EventType, string>> = {
  "run.started": "the manager begins it",
  "change.ready": "an attempt passes and its change is sealed",
  "attempt.failed": "an attempt fails for good",
  "attempts.exhausted": "the attempts are used up",
  "publish.failed": "the branch cannot be published",
  "pr.opened": "a person approves and the pull request opens: /agentpr request-pr",
  "approval.rejected": "a person turns the change down: /agentpr reject",
  "change.stale": "the base branch moves and conflicts",
  "pr.open_failed": "the pull request cannot be opened",
  "checks.passed": "all checks pass on the newest commit",
  "checks.absent": "no check shows itself within the grace time",
  "checks.preexisting": "only checks fail that fail on the base branch too",
  "checks.failed": "a check fails on the newest commit",
  "checks.restarted": "a check begins again",
  "feedback.received": "a reviewer with a say asks for something",
  "base.conflicted": "the base branch moves and conflicts",
  "base.outdated": "the base branch moves and the pull request must be up to date",
  "change.published": "the new change is published: at once, or by policy when a person approves it",
  "feedback.answered": "the reviewer's questions are answered",
  "human.answered": "a person answers the reviewer: /agentpr answer",
  "human.resumed": "a person resumes it: /agentpr resume",
  "human.retried": "a person asks for another attempt: /agentpr retry",
  "human.cancelled": "a person gives it up: /agentpr cancel",
  "human.finished": "a person says that it is finished",
  "manager.retried": "the manager tries once more",
  "pr.reopened": "its pull request is opened again",
  "pr.merged": "its pull request is merged",
  "pr.closed": "its pull request is closed",
  "run.paused": "somebody pauses it: /agentpr pause",
  "run.escalated": "something needs a person",
};

/** Everything that would move a run from where it is; empty for one that nothing moves any more. */
export function wouldMove(run: Pick<Run, "state" | "prNumber">): string[] {
  return accepted(run).map((type) => IN_WORDS[type] ?? type);
}
