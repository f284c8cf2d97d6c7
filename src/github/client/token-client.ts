import type { RepositoryClient } from "./client.ts";
import { type ClientOptions, clientSettings, graphqlUrl } from "./client-settings.ts";
import { askConditionally } from "./conditional.ts";
import { createKnownAnswers } from "./known-answers.ts";
import { newOctokit, type Octokit } from "./octokit.ts";

export type TokenOptions = ClientOptions & {
  /** A person's own token. */
  token: string;
};

/** The same means as an installation's, under one person's token for every repository and purpose. */
export type TokenClient = RepositoryClient & { readonly octokit: Octokit };

export function createTokenClient(options: TokenOptions): TokenClient {
  const { token, apiUrl, url } = options;
  const settings = clientSettings(options);
  const octokit = newOctokit(settings, { token }, "person");
  askConditionally(octokit, { known: createKnownAnswers(), whose: "person" });
  return {
    appId: 0, // no app has this number: a person's check runs are nobody's
    url,
    now: settings.now,
    octokit,
    graphqlUrl: graphqlUrl(apiUrl),
    as: (_target, _purpose, work) => work(octokit),
  };
}
