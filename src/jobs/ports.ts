// jobs: what the app lane does. Handlers decide by the core, write through the engine, and act through the ports below.
import type { CheckFailure } from "../core/event.ts";
import type { Role } from "../core/role.ts";

/** A repository as GitHub knows it: the numbers are its identity, the names are for addresses. */
export type Target = { owner: string; repo: string; repositoryId: number; installationId: number };

export type RepositoryFacts = Target & { defaultBranch: string; private: boolean; archived: boolean };

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
  updatedAt: string;
};

export type ReviewFacts = {
  id: number;
  author: string;
  authorIsBot: boolean;
  state: "approved" | "changes_requested" | "commented" | "dismissed" | "pending";
  body: string;
  commitSha: string | null;
  submittedAt: string;
  comments: { id: number; path: string; line: number | null; body: string }[];
};

/** A check run, commit status or workflow run of one head, from others than ourselves. */
export type CheckFact = {
  source: "check_run" | "status" | "workflow_run";
  name: string;
  state: "pending" | "passed" | "failed" | "held";
  url: string | null;
  summary: string;
  annotations: string[];
  /** ISO time of its last change; part of the cause of what it makes happen. */
  changedAt: string;
};

export type ChecksFacts = {
  sha: string;
  checks: CheckFact[];
  /** Names that the base branch's rules require. */
  required: string[];
  /** The repository has workflows that a pull request starts. */
  expected: boolean;
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

export type NewPull = { title: string; body: string; head: string; base: string; draft: boolean };

/** Why GitHub would not do something, told apart by what helps. */
export type Refusal = {
  ok: false;
  kind: "forbidden" | "not_found" | "invalid" | "archived";
  message: string;
};

/** All that the jobs ask of GitHub. Implemented by src/github; every method looks before it creates. */
export type GitHubPort = {
  findRepository(
    name: { owner: string; repo: string },
    signal?: AbortSignal,
  ): Promise<RepositoryFacts | null>;
  /** The person's role now, never from a cache; "none" for strangers. Throws when GitHub does not answer. */
  roleOf(target: Target, login: string): Promise<Role>;
  readIssue(
    target: Target,
    number: number,
  ): Promise<{ title: string; body: string; author: string | null } | null>;
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
  readChecks(target: Target, sha: string, baseBranch: string): Promise<ChecksFacts>;
  /** The end of a failed check's log, where it can be read. */
  explainFailures(target: Target, checks: CheckFact[]): Promise<CheckFailure[]>;
  /** A token for one push to one repository; revoke it afterwards. */
  mintPushToken(target: Target): Promise<{ token: string; revoke(): Promise<void> }>;
  /** Address for git, without any credential. */
  cloneUrl(target: { owner: string; repo: string }): string;
  botIdentity(): Promise<{ login: string; name: string; email: string }>;
};
