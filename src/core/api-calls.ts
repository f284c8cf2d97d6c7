/** What is asked of GitHub, by what it costs there: writes that create and that change, reads, and what costs nothing. */
export const CALL_KINDS = [
  "creations",
  "edits",
  "reads",
  /** Conditional reads that GitHub answered with "not modified". */
  "unchanged",
  "mints",
  "revocations",
  /** Requests that the throttle kept back, and for how long in all. */
  "waits",
  "waitedMs",
] as const;
export type CallKind = (typeof CALL_KINDS)[number];
export type ApiCalls = Record<CallKind, number>;

export const NO_CALLS: Readonly<ApiCalls> = {
  creations: 0,
  edits: 0,
  reads: 0,
  unchanged: 0,
  mints: 0,
  revocations: 0,
  waits: 0,
  waitedMs: 0,
};
