import { z } from "zod";
import type { Target } from "../../jobs/ports.ts";
import { GitHubError } from "./github-error.ts";
import type { Octokit } from "./octokit.ts";
import { PERMISSIONS, type Purpose } from "./permissions.ts";

export type Minted = { token: string; expiresAt: number };

/** One repository, by its number, or by name while the number is not known yet. */
export type Scope = { installationId: number } & ({ repositoryId: number } | { repositoryName: string });

const EARLY_MS = 5 * 60_000;
/** What is made of one keeps about 14 KB; a repository at work has about seven. */
const MOST_KEPT = 500;

const AccessToken = z.object({ token: z.string().min(1), expires_at: z.string() });

/** A new token for one repository and one purpose, and nothing wider. */
export async function mint(app: Octokit, scope: Scope, purpose: Purpose): Promise<Minted> {
  const repository =
    "repositoryId" in scope
      ? { repository_ids: [scope.repositoryId] }
      : { repositories: [scope.repositoryName] };
  const answer = await app.request("POST /app/installations/{installation_id}/access_tokens", {
    installation_id: scope.installationId,
    ...repository,
    permissions: PERMISSIONS[purpose],
  });
  const { token, expires_at } = AccessToken.parse(answer.data);
  return { token, expiresAt: Date.parse(expires_at) };
}

export type TokenCache<T> = {
  get(target: Target, purpose: Purpose): Promise<T>;
  /** After a 401: the token was taken back before its time. */
  forget(target: Target, purpose: Purpose): void;
};

type Kept<T> = { value: Promise<T>; until: number };

type Options<T> = {
  now: () => number;
  mint: (target: Target, purpose: Purpose) => Promise<Minted>;
  /** `whose` is the same for every token that may do the same in the same place. */
  make: (minted: Minted, target: Target, whose: string) => T;
  /** Beyond so many the one goes that was used longest ago. */
  most?: number;
};

/** Keeps what was made of a token until five minutes before it expires. Tokens never cross installations. */
export function createTokenCache<T>({ most = MOST_KEPT, ...options }: Options<T>): TokenCache<T> {
  const kept = new Map<string, Kept<T>>();
  async function fill(key: string, target: Target, purpose: Purpose): Promise<T> {
    try {
      const minted = await options.mint(target, purpose);
      const life = minted.expiresAt - options.now();
      const entry = kept.get(key);
      if (entry) entry.until = minted.expiresAt - Math.min(EARLY_MS, life / 2);
      return options.make(minted, target, key);
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  }
  return {
    get(target, purpose) {
      const key = keyOf(target, purpose);
      dropExpired(kept, options.now());
      const entry = kept.get(key) ?? {
        value: Promise.resolve().then(() => fill(key, target, purpose)),
        until: Infinity,
      };
      // Last in line, for it was used last.
      kept.delete(key);
      kept.set(key, entry);
      dropOldest(kept, most);
      return entry.value;
    },
    forget: (target, purpose) => void kept.delete(keyOf(target, purpose)),
  };
}

/** Purposes with the same permissions share a token. */
function keyOf({ installationId, repositoryId }: Target, purpose: Purpose): string {
  return JSON.stringify([installationId, repositoryId, Object.entries(PERMISSIONS[purpose]).sort()]);
}

function dropExpired<T>(kept: Map<string, Kept<T>>, now: number): void {
  for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
}

function dropOldest<T>(kept: Map<string, Kept<T>>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}

/** Takes a token back now instead of in an hour. One that is gone already is what was wanted. */
export async function revoke(octokit: Octokit): Promise<void> {
  try {
    await octokit.request("DELETE /installation/token");
  } catch (error) {
    if (!(error instanceof GitHubError) || error.kind !== "unauthorised") throw error;
  }
}
