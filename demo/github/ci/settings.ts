// A small Actions: it reads the workflows of a commit and really runs their `run` steps.
// This file holds what the person who starts the local GitHub may choose about it.

export type CiOptions = {
  /** Off: workflows are neither read nor run. Default true. */
  enabled?: boolean;
  /** How long a run stays queued before it starts. Default 0. */
  delayMs?: number;
  /** The longest a step may take. Default 60 s. */
  stepTimeoutMs?: number;
  /** Whether a stranger's first pull request from a fork waits for a maintainer, as on GitHub. Default true. */
  askForFirstTimers?: boolean;
};

export type CiSettings = Required<CiOptions>;

export const CI_DEFAULTS: CiSettings = {
  enabled: true,
  delayMs: 0,
  stepTimeoutMs: 60_000,
  askForFirstTimers: true,
};

/** The app that GitHub's own workflows report as. */
export const ACTIONS_APP_ID = 15368;
