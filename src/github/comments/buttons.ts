import type { CheckRunView } from "../../jobs/ports.ts";

export type Button = CheckRunView["actions"][number];

/** Identifiers are names of actions. Which commit is meant, the check run itself says that a button stands on. */
export const BUTTONS = {
  request: {
    label: "Request PR",
    description: "See what would be opened, ask for it",
    identifier: "request_pr",
  },
  confirm: {
    label: "Confirm",
    description: "Open exactly this pull request",
    identifier: "approve_pr",
  },
  cancel: { label: "Cancel", description: "Take the request back", identifier: "withdraw_pr" },
  retry: { label: "Retry", description: "Begin another attempt", identifier: "retry" },
  giveUp: { label: "Cancel", description: "Give the run up", identifier: "cancel" },
} as const satisfies Record<string, Button>;
