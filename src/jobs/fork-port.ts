import type { Fork } from "../core/run.ts";
import type { GitHubPort } from "./ports.ts";

/** What somebody said on a pull request, beside its reviews. */
export type PullComment = { id: number; author: string; association: string; body: string };

/** Where a run's branch may be pushed to now: the target itself (null) or a fork that holds the base commit. */
export type PlaceToPush = { ok: true; fork: Fork | null } | { ok: false; why: string };

/** A pull request as a cheap look from afar shows it. */
export type PullNews = {
  owner: string;
  repo: string;
  number: number;
  /** Changes whenever something happened that is worth a closer look. */
  seen: string;
};

/** What only polling needs: one request for many pull requests. */
export type ForkPort = GitHubPort & {
  readNews(pulls: readonly { owner: string; repo: string; number: number }[]): Promise<PullNews[]>;
};
