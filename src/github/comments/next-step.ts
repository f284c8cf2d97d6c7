import { code, words } from "../../core/markdown.ts";
import type { State } from "../../core/run.ts";
import type { ApprovalView, RunView } from "../../core/run-view.ts";

export type Step = {
  /** The state in words, for titles. */
  headline: string;
  /** What happens next, and why. */
  next: string;
};

/** Where a run is, for people. */
export function nextStep(view: RunView): Step {
  const { headline, next } = STEPS[view.run.state];
  return { headline, next: next(view) };
}

type Saying = { headline: string; next(view: RunView): string };

/** GitHub itself shows how checks and reviews stand, so the step from one to the other is not worth an edit of ours. */
const OPEN: Saying = {
  headline: "The pull request is open",
  next: (view) =>
    `${because(view)}Its checks and its reviewers decide what comes next. Merging is always done by a person.`,
};

const STEPS: Record<State, Saying> = {
  QUEUED: { headline: "Waiting to begin", next: () => "A runner takes it up as soon as one is free." },
  EXECUTING: {
    headline: "Working on it",
    next: () => "Codex makes the change; then the runner tests it itself and grades what it saw.",
  },
  PUSHED: { headline: "Ready, and waiting for a person", next: whatApprovalNeeds },
  CI_WAIT: OPEN,
  REVIEW_WAIT: OPEN,
  ITERATING: { headline: "Improving the change", next: whyIterating },
  PAUSED: {
    headline: "Paused",
    next: (view) => `${because(view)}${sayHow("/agentpr resume", "goes on with it")}`,
  },
  NEEDS_HUMAN: {
    headline: "Needs a person",
    next: (view) => `${because(view)}${howToGoOn(view)}`,
  },
  DONE: {
    headline: "Done",
    next: ({ run }) => (run.prNumber === null ? "It is finished." : "It is merged."),
  },
  FAILED: { headline: "Given up", next: whyFailed },
};

/** Without more to spend a retry would come back at once. */
function howToGoOn({ run }: RunView): string {
  return run.reason?.startsWith("budget: ")
    ? sayHow("/agentpr retry --budget +N", "adds to that limit (admins only) and begins a new attempt")
    : sayHow("/agentpr retry", "begins a new attempt");
}

function whatApprovalNeeds({ approval, gate, run }: RunView): string {
  const { prNumber: pull } = run;
  if (approval?.status === "requested") return confirmIt(approval);
  if (approval?.status === "confirmed")
    return `It is confirmed; ${pull === null ? "the pull request is being opened" : `it is being pushed to #${pull}`}.`;
  // The one that opened the pull request says nothing about this push.
  const spent =
    approval === null || approval.status === "used" ? "" : `The last request is ${words(approval.status)}. `;
  if (gate !== null && !gate.open) {
    const what = pull === null ? "opened" : "pushed";
    return `${spent}It may not be ${what} yet: ${gate.because.map((why) => words(why)).join("; ")}.`;
  }
  const commit = run.changeSha === null ? "" : ` for commit ${code(run.changeSha.slice(0, 12))}`;
  if (pull !== null)
    return `${spent}The push to #${pull} waits for approval. Look at the change, then ask for its push${commit}: ${code("/agentpr request-pr")}.`;
  return `${spent}Look at the change, then ask for its pull request${commit}: ${code("/agentpr request-pr")}.`;
}

function confirmIt({ requestedBy, expiresAt, sha, title, baseBranch, shown }: ApprovalView): string {
  const until = new Date(expiresAt).toISOString().replace("T", " ").slice(0, 16);
  return [
    shown?.pull === undefined
      ? `${words(requestedBy)} asked to open ${code(title)} into ${code(baseBranch)}.`
      : `${words(requestedBy)} asked to push ${code(title)} to #${shown.pull}.`,
    `Confirm it with ${code(`/agentpr approve ${sha.slice(0, 12)}`)} until ${until} UTC,`,
    `or take it back with ${code("/agentpr withdraw-pr")}.`,
  ].join(" ");
}

const ITERATING_FOR: Readonly<Record<string, string>> = {
  checks: "A check failed on the pull request; a new attempt mends it.",
  feedback: "A reviewer asked for something; a new attempt answers it.",
  base: "The base branch moved and conflicts; a new attempt settles it.",
  human: "Somebody asked for another attempt.",
};

function whyIterating({ run }: RunView): string {
  return ITERATING_FOR[run.iteratingFor ?? "human"] ?? "A new attempt is under way.";
}

function whyFailed(view: RunView): string {
  const isClosed = view.run.prNumber !== null && !view.run.prOpen;
  return isClosed
    ? `${because(view)}Its pull request was closed; ask for a new run to try again.`
    : `${because(view)}${sayHow("/agentpr retry", "tries once more")}`;
}

function because({ run }: RunView): string {
  return run.reason === null ? "" : `Reason: ${words(run.reason, 1_000)}. `;
}

function sayHow(command: string, effect: string): string {
  return `${code(command)} ${effect}.`;
}
