import type { Logger } from "pino";
import type { RepositoryClient } from "./client.ts";
import { askConditionally } from "./conditional.ts";
import { newOctokit, type Octokit } from "./octokit.ts";
import { createQuiet } from "./quiet.ts";

export type TokenOptions = {
  /** A person's own token. */
  token: string;
  apiUrl: string;
  url: string;
  log: Logger;
  throttled?: boolean;
  requestTimeoutMs?: number;
  now?: () => number;
};

/** The same means as an installation's, under one person's token for every repository and purpose. */
export type TokenClient = RepositoryClient & { readonly octokit: Octokit; readonly graphqlUrl: string };

const REQUEST_TIMEOUT_MS = 15_000;

export function createTokenClient(options: TokenOptions): TokenClient {
  const now = options.now ?? Date.now;
  const { token, apiUrl, url, log } = options;
  const settings = {
    apiUrl,
    log,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    throttled: options.throttled ?? true,
    quiet: createQuiet(now),
    now,
  };
  const octokit = newOctokit(settings, { token }, "person");
  askConditionally(octokit);
  return {
    appId: 0, // no app has this number: a person's check runs are nobody's
    url,
    now,
    octokit,
    graphqlUrl: `${apiUrl.replace(/\/v3$/, "")}/graphql`,
    as: (_target, _purpose, work) => work(octokit),
  };
}
