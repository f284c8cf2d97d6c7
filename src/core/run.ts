// core: decides. Pure functions and tables; no I/O, no clock, no randomness. This file holds the words everything else uses.
//
// run       the life of one task on one repository, from request to merged or given up
// event     a fact that happened to a run; past tense, journaled, never edited
// job       one piece of slow or fallible work; lane "app" or "runner"
// lease     a job is held for a while at a time; the claim id is its fence
// attempt   one execution of Codex for a run, with its evidence
// evidence  what the runner itself observed; never what the agent claims
// grade     PASS, RETRYABLE or HUMAN_REVIEW with one reason code
// candidate the exact tree built from the agent's work; what is verified
// change    a sealed candidate: base, tree, commit, diff hash, bundle
// gate      the Definition of Done: open, or shut with all the reasons
// approval  a request to open one exact pull request, waiting for its second confirmation
// action    something a person may ask for, the same from GitHub, Telegram and the command line
import { z } from "zod";
import { UserPacket } from "./user-packet.ts";

export const STATES = [
  "QUEUED",
  "EXECUTING",
  "PUSHED",
  "CI_WAIT",
  "REVIEW_WAIT",
  "ITERATING",
  "PAUSED",
  "NEEDS_HUMAN",
  "DONE",
  "FAILED",
] as const;
export const State = z.enum(STATES);
export type State = z.infer<typeof State>;

export const OVER: ReadonlySet<State> = new Set(["DONE", "FAILED"]);

/** GitHub's own limits: owners are 39 characters of [A-Za-z0-9-], repositories 100 of [A-Za-z0-9._-]. */
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/;
const REPO = /^(?!\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/;

export const RepositoryName = z.object({ owner: z.string().regex(OWNER), repo: z.string().regex(REPO) });
export type RepositoryName = z.infer<typeof RepositoryName>;

/** "owner/repo" → its two names, or null when it is anything else (paths, options, URLs). */
export function parseRepositoryName(text: string): RepositoryName | null {
  const [owner, repo, ...rest] = text.split("/");
  const parsed = RepositoryName.safeParse({ owner, repo });
  return parsed.success && rest.length === 0 ? parsed.data : null;
}

/** What was asked for, frozen as it was when the run was made. */
export const Request = z.object({
  title: z.string().max(1_000),
  body: z.string().max(200_000),
  author: z.string().nullable(),
  issue: z.number().int().positive().nullable(),
  /** The author's standing on GitHub and when the issue was opened, where GitHub said so. */
  role: z.string().max(40).optional(),
  at: z.string().max(40).optional(),
  /** Who made the run, and by which right. */
  askedBy: z.object({ name: z.string(), role: z.string() }).optional(),
  /** What GitHub said of the repository at that moment. */
  seen: z.object({ private: z.boolean() }).optional(),
  /** What that person added to the task packet. */
  packet: UserPacket.optional(),
});
export type Request = z.infer<typeof Request>;

/** The operator's copy of the target, where branches go while the app is not installed there. */
export const Fork = z.object({
  owner: z.string(),
  repo: z.string(),
  repositoryId: z.number().int(),
  /** Maintainers can be let in on a person's fork, never on an organisation's. */
  ownedBy: z.enum(["person", "organisation"]),
});
export type Fork = z.infer<typeof Fork>;

export const Run = z.object({
  id: z.string(),
  owner: z.string(),
  repo: z.string(),
  /** GitHub's repository id: the identity; owner and repo are for display. Null until GitHub has been asked. */
  repositoryId: z.number().int().nullable(),
  /** Null in fork mode: nothing is installed upstream. */
  installationId: z.number().int().nullable(),
  /** How GitHub is reached: direct as the installed app, fork with the operator's token. */
  mode: z.enum(["direct", "fork"]),
  /** Where this run's branch goes in fork mode, once it has been found or made; later pushes go nowhere else. */
  fork: Fork.nullable(),
  promptVersion: z.string(),
  request: Request,
  baseBranch: z.string(),
  branch: z.string(),
  state: State,
  pausedFrom: State.nullable(),
  /** Why the run is where it is: a reason code with words; kept until the state changes. */
  reason: z.string().nullable(),
  /** Raised by every event, so two writers cannot both move a run. */
  version: z.number().int(),
  /** Attempts that ended, in all and since something last went well. */
  attempts: z.number().int(),
  failedInRow: z.number().int(),
  iterations: z.number().int(),
  /** Raised at every change of state; facts found out anew in a new stay count anew. */
  epoch: z.number().int(),
  /** Fixes asked for by checks since the last green head. */
  ciFixes: z.number().int(),
  /** What the present iteration answers; green checks end only one that checks began. */
  iteratingFor: z.enum(["checks", "feedback", "base", "human"]).nullable(),
  /** Reviews that a published change has answered. */
  answered: z.array(z.number().int()),
  /** The Codex thread that later attempts resume. */
  threadId: z.string().nullable(),
  /** Newest accepted change and its commit. */
  changeId: z.string().nullable(),
  changeSha: z.string().nullable(),
  /** What the engine last pushed; the only head it may replace. */
  publishedSha: z.string().nullable(),
  prNumber: z.number().int().nullable(),
  prOpen: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
  stateSince: z.number(),
});
export type Run = z.infer<typeof Run>;

export function isOver(run: Pick<Run, "state">): boolean {
  return OVER.has(run.state);
}
