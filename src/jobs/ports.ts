// jobs: what the app lane does. Handlers decide by the core, write through the engine, and act through the ports below.

import type { Change } from "../core/change.ts";
import type { CheckFact, ChecksFacts } from "../core/checks.ts";
import type { CheckFailure, ReviewComment } from "../core/event.ts";
import type { SealOrder } from "../core/packet.ts";
import type { Policy } from "../core/policy.ts";
import type { DeliveryAttempt } from "../core/redelivery.ts";
import type { Role } from "../core/role.ts";
import type { Fork } from "../core/run.ts";
import type { RunView } from "../core/run-view.ts";
import type { ThreadReply } from "../core/thread-replies.ts";
import type { PlaceToPush, PullComment } from "./fork-port.ts";
import type { ReviewPort } from "./review-port.ts";

export type { CheckFact, ChecksFacts } from "../core/checks.ts";

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
  state: "open" | "closed";
  merged: boolean;
  mergedBy: string | null;
  headSha: string;
  baseBranch: string;
  baseSha: string;
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

export type CheckRunView = {
  name: string;
  sha: string;
  status: "in_progress" | "completed";
  conclusion: "success" | "neutral" | "failure" | "cancelled" | null;
  title: string;
  summary: string;
  actions: { label: string; description: string; identifier: string }[];
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

export type LentToken = { token: string; revoke(): Promise<void> };

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
    comment: { issue: number; marker: string; body: string; knownId: number | null },
  ): Promise<number>;
  putCheckRun(target: Target, view: CheckRunView, knownId: number | null): Promise<number>;
  readPull(target: Target, number: number): Promise<PullFacts | null>;
  /** The newest pull request from that branch of the same repository, whatever its state. */
  findPull(target: Target, branch: string): Promise<PullFacts | null>;
  createPull(target: Target, pull: NewPull): Promise<{ ok: true; pull: PullFacts } | Refusal>;
  readReviews(target: Target, number: number): Promise<ReviewFacts[]>;
  /** Null where people steer by commands, and their other words are not for us. */
  readWords(target: Target, number: number): Promise<PullComment[] | null>;
  readChecks(target: Target, sha: string, baseBranch: string): Promise<ChecksFacts>;
  /** The end of a failed check's log, where it can be read. */
  explainFailures(target: Target, checks: CheckFact[]): Promise<CheckFailure[]>;
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
  botIdentity(): Promise<{ login: string; name: string; email: string }>;
};

/** Renders what people see of a run on GitHub; every text lives in one place there. */
export type TextsPort = {
  sticky(view: RunView): { marker: string; body: string };
  /** Null when the run has nothing published that a check run could be on. */
  check(view: RunView): CheckRunView | null;
  reply(text: string, key: string): { marker: string; body: string };
  /** What a reviewer is answered; the key names attempt and conversation. */
  threadReply(
    reply: ThreadReply,
    about: { sha: string | null; key: string },
  ): { marker: string; body: string };
};

export type PushOrder = {
  url: string;
  /** Where the base commit is read from: the target, also when the branch goes to a fork. */
  baseUrl: string;
  token: string;
  branch: string;
  /** What we last published there; null when the branch must not exist yet. */
  expectRemoteSha: string | null;
  change: Change;
  bundle: Buffer;
  seal: Pick<SealOrder, "author" | "committer" | "at">;
  policy: Policy;
  signal: AbortSignal;
};
export type PushResult =
  | { kind: "published" | "already"; sha: string }
  | { kind: "moved"; remoteSha: string | null }
  | { kind: "refused"; violations: string[] }
  | { kind: "failed"; failure: string; stderr: string };

type BranchAt = { url: string; token: string; branch: string; signal: AbortSignal };

/** git, as the app needs it: a scratch repository per call, nothing of the machine's configuration, a token by askpass. */
export type GitPort = {
  publish(order: PushOrder): Promise<PushResult>;
  /** The commit a remote branch is at, null when there is no such branch. Throws when the remote does not answer. */
  remoteHead(at: BranchAt): Promise<string | null>;
  /** Names of the workflows of `baseSha` that a push to `branch` would start. */
  pushStarts(order: BranchAt & { baseSha: string }): Promise<string[]>;
  /** How the base branch moved since the change was made. */
  baseMove(order: BranchAt & { change: Change }): Promise<"same" | "apart" | "same_files">;
};
