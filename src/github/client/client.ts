import type { LentToken, Target } from "../../jobs/ports.ts";
import { type ClientOptions, clientSettings, graphqlUrl } from "./client-settings.ts";
import { askConditionally } from "./conditional.ts";
import { GitHubError } from "./github-error.ts";
import { createKnownAnswers } from "./known-answers.ts";
import { newOctokit, type Octokit } from "./octokit.ts";
import type { Purpose } from "./permissions.ts";
import { createTokenCache, type Minted, mint, revoke } from "./tokens.ts";

export type GitHubOptions = ClientOptions & { appId: number; privateKey: string };

/** What most of the port asks with; as an installation, or as a person. */
export type RepositoryClient = Pick<GitHubClient, "appId" | "url" | "graphqlUrl" | "now" | "as">;

export type GitHubClient = {
  /** Whose check runs are our own. */
  readonly appId: number;
  readonly url: string;
  readonly graphqlUrl: string;
  /** Our clock, for caches only; what GitHub dates is compared with nothing of ours. */
  readonly now: () => number;
  /** As the app itself. */
  readonly app: Octokit;
  /** As nobody. */
  readonly anonymous: Octokit;
  /** As the installation, for one repository and one purpose. */
  as<T>(target: Target, purpose: Purpose, work: (octokit: Octokit) => Promise<T>): Promise<T>;
  /** The same for a repository whose number is not known yet; the token is taken back afterwards. */
  asNamed<T>(
    named: { installationId: number; repo: string },
    purpose: Purpose,
    work: (octokit: Octokit) => Promise<T>,
  ): Promise<T>;
  /** A token that nobody else gets, with the means to take it back. */
  mintAlone(target: Target, purpose: Purpose): Promise<LentToken>;
  /** With such a token, taken back afterwards: what a cached one is shown may be out of date. */
  afresh<T>(target: Target, purpose: Purpose, work: (octokit: Octokit) => Promise<T>): Promise<T>;
};

export function createClient(options: GitHubOptions): GitHubClient {
  const settings = clientSettings(options);
  const { now } = settings;
  const { appId, privateKey, url } = options;
  // Minting and taking back tokens creates no content, so it does not wait in the line of the writes that do.
  const unpaced = { ...settings, throttled: false };
  const app = newOctokit(unpaced, { appId, privateKey }, "app");
  const asToken = ({ token }: Minted, installationId: number, pace = settings) =>
    newOctokit(pace, { token }, `installation ${installationId}`);
  const known = createKnownAnswers();
  const tokens = createTokenCache({
    now,
    mint: (target, purpose) => mint(app, scopeOf(target), purpose),
    make: (minted, target, whose) =>
      askConditionally(asToken(minted, scopeOf(target).installationId), { known, whose }),
  });
  const once = async <T>(minted: Minted, installationId: number, work: (octokit: Octokit) => Promise<T>) => {
    const octokit = asToken(minted, installationId, unpaced);
    try {
      return await work(octokit);
    } finally {
      await revoke(octokit);
    }
  };
  return {
    appId,
    url,
    graphqlUrl: graphqlUrl(options.apiUrl),
    now,
    app,
    anonymous: newOctokit(settings, {}, "nobody"),
    async as(target, purpose, work) {
      try {
        return await work(await tokens.get(target, purpose));
      } catch (error) {
        if (error instanceof GitHubError && error.kind === "unauthorised") tokens.forget(target, purpose);
        throw error;
      }
    },
    async asNamed({ installationId, repo }, purpose, work) {
      return once(await mint(app, { installationId, repositoryName: repo }, purpose), installationId, work);
    },
    async afresh(target, purpose, work) {
      const scope = scopeOf(target);
      return once(await mint(app, scope, purpose), scope.installationId, work);
    },
    async mintAlone(target, purpose) {
      const scope = scopeOf(target);
      const minted = await mint(app, scope, purpose);
      const revokeUrl = `${options.apiUrl}/installation/token`;
      const octokit = asToken(minted, scope.installationId, unpaced);
      return { token: minted.token, revoke: () => revoke(octokit), revokeUrl };
    },
  };
}

/** The installation that a target is reached by; only a bug asks this of another. */
export function installed({ owner, repo, installationId }: Target): { installationId: number; repo: string } {
  if (installationId === null) throw new Error(`the app is not installed on ${owner}/${repo}`);
  return { installationId, repo };
}

function scopeOf(target: Target) {
  return { installationId: installed(target).installationId, repositoryId: target.repositoryId };
}
