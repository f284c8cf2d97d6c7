// jobs: what the app lane does. Handlers decide by the core, write through the engine, and act through the ports below.

import type { ApiCalls } from "../core/api-calls.ts";
import type { CheckFact, ChecksFacts } from "../core/checks.ts";
import type { CheckFailure, ReviewComment } from "../core/event.ts";
import type { Reach } from "../core/reach.ts";
import type { DeliveryAttempt } from "../core/redelivery.ts";
import type { Role } from "../core/role.ts";
import type { Fork } from "../core/run.ts";
import type { PlaceToPush, PullComment } from "./fork-port.ts";
import type { ReviewPort } from "./review-port.ts";
import type { CheckRunView, Known } from "./texts-port.ts";

export type { CheckFact, ChecksFacts } from "../core/checks.ts";
export type { GitPort, PushOrder, PushResult } from "./git-port.ts";
export type { CheckRunView, Known, TextsPort } from "./texts-port.ts";

/** A repository as GitHub knows it: the numbers are its identity, the names are for addresses. */
export type Target = {
  owner: string;
  repo: string;
  repositoryId: number;
  /** Null where the app is not installed and a person's token is used. */
  installationId: number | null;
  /** Where the run's branch is, once there is a fork. */
  fork?: Fork | null;
};

export type RepositoryFacts = Target & { defaultBranch: string; private: boolean; archived: boolean };

/** An issue as it is now; `role` is its author's association with the repository. */
export type IssueFacts = { title: string; body: string; author: string | null; role?: string; at: string };

export type PullFacts = {
  number: number;
  url: string;
  /** How GitHub's other interface names it. */
  node: string;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
  mergedBy: string | null;
  headSha: string;
  baseBranch: string;
  baseSha: string;
  /** Its repository by its present name, and whether that takes anything any more. */
  place: { owner: string; repo: string; archived: boolean };
  /** Null while GitHub is still working it out. */
  mergeable: boolean | null;
  /** A rule of the base branch demands that it be up to date, and it is not. */
  outdated: boolean;
  /** People and teams who have been asked for a review and have not spoken. */
  awaited: string[];
  labels: string[];
  updatedAt: string;
};

export type ReviewFacts = {
  id: number;
  author: string;
  authorIsBot: boolean;
  /** What GitHub says the author is to the repository, such as MEMBER or NONE. */
  association: string;
  state: "approved" | "changes_requested" | "commented" | "dismissed" | "pending";
  body: string;
  commitSha: string | null;
  submittedAt: string;
  comments: ReviewComment[];
};

export type NewPull = {
  title: string;
  body: string;
  head: string;
  base: string;
  draft: boolean;
  /** The issue that it is about, so that nothing is offered for it twice. */
  issue?: number | null;
};
/** A repository's own settings, as they stand on its default branch; nothing of them has been judged. */
export type SettingsFile =
  | { kind: "none" }
  | { kind: "unusable"; why: string }
  | { kind: "read"; content: unknown };

/** Why GitHub would not do something, told apart by what helps. */
export type Refusal = {
  ok: false;
  kind: "forbidden" | "not_found" | "invalid" | "archived" | "duplicate";
  message: string;
};

export type LentToken = {
  token: string;
  revoke(): Promise<void>;
  /** Where whoever holds the token can take it back; null for one that is a person's own. */
  revokeUrl: string | null;
};

/** All that the jobs ask of GitHub. Implemented by src/github; every method looks before it creates. */
export type GitHubPort = ReviewPort & {
  findRepository(
    name: { owner: string; repo: string },
    signal?: AbortSignal,
  ): Promise<RepositoryFacts | null>;
  /**
   * The person's role now, never from a cache; "none" for strangers. Throws when GitHub does not answer. Where roles
   * cannot be asked for, `association` (as GitHub says it with the person's words) is all that counts.
   */
  roleOf(target: Target, login: string, association?: string): Promise<Role>;
  readIssue(target: Target, number: number): Promise<IssueFacts | null>;
  /** `.github/agentpr.yml` of the default branch. */
  readSettings(target: Target): Promise<SettingsFile>;
  react(target: Target, commentId: number, content: "eyes" | "rocket" | "confused"): Promise<void>;
  /** Edits comment `knownId`, or the one that carries `marker`, or creates it. */
  putComment(
    target: Target,
    comment: { issue: number; marker: string; body: string } & Known,
  ): Promise<number>;
  putCheckRun(target: Target, view: CheckRunView, known: Known): Promise<number>;
  readPull(target: Target, number: number): Promise<PullFacts | null>;
  /** Opens it, or answers with the open one of those branches. */
  createPull(target: Target, pull: NewPull): Promise<{ ok: true; pull: PullFacts } | Refusal>;
  /** Closes a pull request of ours without a word; harmless where it is closed already. */
  closePull(target: Target, number: number): Promise<void>;
  /** Makes a draft ready for review; harmless where it is already. Answers why it may not. */
  readyPull(target: Target, node: string): Promise<{ ok: true } | { ok: false; why: string }>;
  /** Address of an open pull request of our own account about the issue; absent where nobody else can have opened one. */
  findOwnPull?(target: Target, issue: number): Promise<string | null>;
  /** Puts labels on it; asking twice is harmless. */
  labelPull(target: Target, number: number, labels: readonly string[]): Promise<void>;
  readReviews(target: Target, number: number): Promise<ReviewFacts[]>;
  /** Null where people steer by commands, and their other words are not for us. */
  readWords(target: Target, number: number): Promise<PullComment[] | null>;
  readChecks(target: Target, sha: string, baseBranch: string): Promise<ChecksFacts>;
  /** Names of what fails at the head of a branch. */
  failingOn(target: Target, branch: string): Promise<string[]>;
  /** Of those names the ones that have passed on that commit, now or before. */
  passedOn(target: Target, sha: string, names: readonly string[]): Promise<string[]>;
  /** Runs what failed again; false where that is not granted or cannot be done. */
  rerunFailed(target: Target, checks: readonly CheckFact[]): Promise<boolean>;
  /** The end of a failed check's log, where it can be read. */
  explainFailures(target: Target, checks: CheckFact[]): Promise<CheckFailure[]>;
  /** The target by its present name, as its own credential shows it now, never from a cache. Throws when GitHub does not answer. */
  readReach(target: Target): Promise<Reach>;
  /** A token that reads one repository's contents; revoke it afterwards. */
  mintReadToken(target: Target): Promise<LentToken>;
  /** A token for one push to one repository; revoke it afterwards. */
  mintPushToken(target: Target): Promise<LentToken>;
  /** Makes sure that the branch can be pushed; in fork mode it finds or makes the fork and brings it up to date. */
  placeToPush(
    target: Target,
    base: { branch: string; sha: string },
    signal: AbortSignal,
  ): Promise<PlaceToPush>;
  /** Address for git, without any credential. */
  cloneUrl(target: { owner: string; repo: string }): string;
  /** The same of the repository that holds the run's own branch. */
  branchUrl(target: Target): string;
  /** Attempts to deliver to us what we handle, back to that moment of GitHub's time. */
  deliveriesSince(sinceMs: number): Promise<DeliveryAttempt[]>;
  redeliver(attemptId: number): Promise<void>;
  /** Does some work and tells what it has asked of GitHub. */
  counted<T>(work: () => Promise<T>, tell: (calls: ApiCalls) => Promise<void>): Promise<T>;
  botIdentity(): Promise<{ login: string; name: string; email: string }>;
};
