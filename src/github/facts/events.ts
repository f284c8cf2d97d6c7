import { readCheckRun, readCheckSuite, readStatus, readWorkflowRun } from "./checks.ts";
import { readComment } from "./comment.ts";
import type { Reader } from "./payload.ts";
import { readPull, readReview, readThread } from "./pull.ts";
import { readInstallation, readInstallationRepositories, readRepository } from "./reach.ts";

type HandledEvent = {
  /** Null: the event has no actions, or all of them matter. */
  actions: readonly string[] | null;
  /** GitHub sends events about installations unasked, and refuses a manifest that asks for them. */
  subscribed: boolean;
  read: Reader;
};

/** Every event that somebody handles. All others are acknowledged and forgotten; app.yml asks for just these. */
export const EVENTS = {
  issue_comment: { actions: ["created"], subscribed: true, read: readComment },
  check_run: {
    actions: ["completed", "rerequested", "requested_action"],
    subscribed: true,
    read: readCheckRun,
  },
  check_suite: { actions: ["completed", "rerequested"], subscribed: true, read: readCheckSuite },
  status: { actions: null, subscribed: true, read: readStatus },
  // "requested" tells that somebody runs a workflow again.
  workflow_run: { actions: ["requested", "completed"], subscribed: true, read: readWorkflowRun },
  pull_request: {
    actions: ["closed", "reopened", "synchronize", "edited", "review_requested", "review_request_removed"],
    subscribed: true,
    read: readPull,
  },
  pull_request_review: { actions: ["submitted"], subscribed: true, read: readReview },
  pull_request_review_comment: { actions: ["created"], subscribed: true, read: readThread },
  pull_request_review_thread: { actions: ["resolved", "unresolved"], subscribed: true, read: readThread },
  repository: {
    actions: [
      "renamed",
      "transferred",
      "archived",
      "unarchived",
      "deleted",
      "privatized",
      "publicized",
      "edited",
    ],
    subscribed: true,
    read: readRepository,
  },
  installation: { actions: null, subscribed: false, read: readInstallation },
  installation_repositories: { actions: null, subscribed: false, read: readInstallationRepositories },
} as const satisfies Record<string, HandledEvent>;

export function handledEvent(event: string, action: string | null): HandledEvent | null {
  const handled: HandledEvent | null = isHandled(event) ? EVENTS[event] : null;
  if (handled === null || handled.actions === null) return handled;
  return action !== null && handled.actions.includes(action) ? handled : null;
}

function isHandled(event: string): event is keyof typeof EVENTS {
  return Object.hasOwn(EVENTS, event);
}
