import { isOver, type Run } from "./run.ts";

/** A repository as GitHub shows it to a run's own credential at this moment, or why it shows nothing. */
export type Reach =
  | { ok: true; owner: string; repo: string; repositoryId: number; private: boolean; archived: boolean }
  | { ok: false; why: string };
type Found = Extract<Reach, { ok: true }>;

/** How a reason begins that tells of a transfer. */
const TRANSFERRED = "the repository was transferred";

export type ReachVerdict =
  | { kind: "go_on"; owner: string; repo: string; private: boolean }
  | { kind: "pause"; reason: string };

type Target = Pick<Run, "owner" | "repo" | "repositoryId" | "mode">;
type Hindrance = (run: Target, found: Found) => string | false;

/** First match wins: what must not be worked on any more, in words that say what to do. */
const HINDRANCES: readonly Hindrance[] = [
  (run, { repositoryId, owner, repo }) =>
    repositoryId !== run.repositoryId &&
    `${owner}/${repo} is another repository than the one the run was made for: make a new run if it is meant`,
  (run, { owner, repo }) =>
    !same(owner, run.owner) && `${TRANSFERRED} to ${owner}/${repo}: resume the run if it is to go on there`,
  (_run, { archived }) => archived && "the repository is archived: unarchive it, then resume the run",
  (run, found) =>
    found.private &&
    run.mode === "fork" &&
    "the repository is private, and without the app only public ones can be contributed to: install it, then make a new run",
];

/** Whether a run may go on with its repository as it is now; a new name of the same repository is no hindrance. */
export function judgeReach(run: Target, reach: Reach): ReachVerdict {
  if (!reach.ok) return { kind: "pause", reason: reach.why };
  const { owner, repo } = reach;
  for (const hindrance of HINDRANCES) {
    const reason = hindrance(run, reach);
    if (reason !== false) return { kind: "pause", reason };
  }
  return { kind: "go_on", owner, repo, private: reach.private };
}

type Reinstalled = {
  owner: string;
  installationId: number /** Why the run was paused, ever. */;
  pauses: readonly string[];
};

/**
 * Whether a run goes on through the installation that reaches its repository now: only for the owner who had the app before.
 * Whoever took a repository over has agreed to nothing, by whatever name the run calls it since.
 */
export function mayRebind(run: Run, { owner, installationId, pauses }: Reinstalled): boolean {
  if (run.mode === "fork" || isOver(run) || installationId === run.installationId) return false;
  return same(owner, run.owner) && !pauses.some((reason) => reason.startsWith(TRANSFERRED));
}

/** Why no credential is lent for a run as it is now, or null. */
export function whyNotLent(run: Run): string | null {
  if (run.mode === "fork") return "the run goes by way of a fork, whose upstream is public";
  if (isOver(run)) return `the run is over: ${run.state}`;
  return run.state === "PAUSED" ? `the run is paused: ${run.reason ?? "no reason given"}` : null;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
