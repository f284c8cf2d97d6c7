import { z } from "zod";
import type { RepositoryClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { askGraphql } from "./graphql.ts";

/** REST opens drafts and cannot make them ready. */
const READY =
  "mutation ready($pullRequestId: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $pullRequestId }) { pullRequest { isDraft } } }";

type Asking = Pick<RepositoryClient, "graphqlUrl"> & {
  /** With a token that may write contents, which nobody keeps. */
  ask<T>(work: (octokit: Octokit) => Promise<T>): Promise<T>;
};

export async function readyPull(
  { ask, graphqlUrl }: Asking,
  pullRequestId: string,
): Promise<{ ok: true } | { ok: false; why: string }> {
  return ask(async (octokit) => {
    const query = { query: READY, variables: { pullRequestId } };
    const answer = await askGraphql({ graphqlUrl }, octokit, { query, schema: z.unknown() });
    return answer.ok ? { ok: true } : answer;
  });
}
