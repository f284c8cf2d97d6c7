import type { Change } from "../core/change.ts";
import type { SealOrder } from "../core/packet.ts";
import type { Policy } from "../core/policy.ts";

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
  /** The same, and those that opening a pull request into `baseBranch` would start. */
  startedWorkflows(
    order: BranchAt & { baseSha: string; baseBranch: string },
  ): Promise<{ push: string[]; pull: string[] }>;
  /** The pull request template of another repository's default branch; null where it or the repository is not there. */
  readTemplate(
    at: Pick<BranchAt, "url" | "signal"> & { title: string },
  ): Promise<{ path: string; text: string } | null>;
  /** How the base branch moved since the change was made. */
  baseMove(order: BranchAt & { change: Change }): Promise<"same" | "apart" | "same_files">;
};
