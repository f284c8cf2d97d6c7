import { GitHubError } from "./github-error.ts";

/** Keeps silent towards an account that was rate limited until its time is over; others go on. */
export type Quiet = {
  /** Throws when nothing may be asked for this account yet. */
  check(account: string, route: string): void;
  /** Remembers a rate limit; hands the error back. */
  note(account: string, error: GitHubError): GitHubError;
};

export function createQuiet(now: () => number): Quiet {
  const until = new Map<string, number>();
  return {
    check(account, route) {
      const left = (until.get(account) ?? 0) - now();
      if (left <= 0) {
        until.delete(account);
        return;
      }
      const text = `Not sent, GitHub wants to be left alone for ${Math.ceil(left / 1_000)} s: ${route}`;
      throw new GitHubError(text, { kind: "rate_limited", status: null, afterMs: left });
    },
    note(account, error) {
      const later = now() + (error.afterMs ?? 0);
      // The refusal of check itself comes by here too and must not prolong anything.
      if (error.afterMs !== null && error.status !== null)
        until.set(account, Math.max(later, until.get(account) ?? 0));
      return error;
    },
  };
}
