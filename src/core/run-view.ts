import type { Annotation } from "./annotation.ts";
import type { Gate } from "./gate.ts";
import type { Run } from "./run.ts";
import type { ShownRequest } from "./shown-request.ts";

export type AttemptView = {
  number: number;
  grade: string;
  reason: string;
  because: string;
  /** Violations and weakened tests: what it is, where, and the detail. */
  findings: { what: string; path: string | null; detail: string }[];
  commands: { command: string; verdict: string; ran: number | null; failing: number | null }[];
  files: number;
  addedLines: number;
  /** Why it began a new thread instead of going on with the run's. */
  notResumed: string | null;
};

export type ApprovalView = {
  status: string;
  expiresAt: number;
  title: string;
  sha: string;
  baseBranch: string;
  requestedBy: string;
  body: string;
  draft: boolean;
  /** Why an administrator passed by the gate. */
  bypass: string | null;
  shown: ShownRequest | null;
};

/** An attempt that is under way, as it last told of itself. */
export type Working = { stage: string; seconds: number; command: string | null };
export type ReviewersView = {
  /** Asked for a review, and silent so far. */
  awaited: string[];
  /** Reviews that cause nothing because of who made them. */
  unheard: { author: string; because: string }[];
};

/** Everything that people see of a run, in no dialect. */
export type RunView = {
  run: Run;
  attempts: AttemptView[];
  approval: ApprovalView | null;
  /** Judged only while the run is PUSHED. */
  gate: Gate | null;
  changeFiles: string[];
  working: Working | null;
  /** Where the newest attempt's verification failed. */
  annotations: Annotation[];
  reviewers: ReviewersView;
  /** What is left of each limit that is set. */
  budget: (readonly [label: string, text: string])[];
};
