import { z } from "zod";
import type { Target } from "../../jobs/ports.ts";
import type { ThreadFacts } from "../../jobs/review-port.ts";
import type { RepositoryClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { askGraphql, type Query } from "./graphql.ts";
import { orNull } from "./pages.ts";

const MOST_PAGES = 5;

/** REST tells neither whether a conversation is settled nor which comments are our own. */
const THREADS = `query reviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes {
          id
          isResolved
          comments(first: 100) { totalCount nodes { databaseId body viewerDidAuthor } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;
const RESOLVE =
  "mutation resolve($threadId: ID!) { resolveReviewThread(input: { threadId: $threadId }) { thread { isResolved } } }";

const Comment = z.object({
  databaseId: z.number().nullable(),
  body: z.string(),
  viewerDidAuthor: z.boolean(),
});
const Thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  comments: z.object({ totalCount: z.number(), nodes: z.array(Comment) }),
});
const Threads = z.object({
  nodes: z.array(Thread),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});
const Page = z.object({
  repository: z.object({ pullRequest: z.object({ reviewThreads: Threads }).nullable() }).nullable(),
});

/** The conversations of a pull request; an unfinished review's are not shown to anybody else. */
export async function readThreads(
  client: RepositoryClient,
  target: Target,
  number: number,
): Promise<ThreadFacts[]> {
  return client.as(target, "read_pull", async (octokit) => {
    const found: ThreadFacts[] = [];
    let after: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { owner, repo: name } = target;
      const query: Query = { query: THREADS, variables: { owner, name, number, after } };
      const answer = await askGraphql(client, octokit, { query, schema: Page });
      const threads = answer.ok ? answer.data.repository?.pullRequest?.reviewThreads : null;
      if (!threads) break;
      found.push(...threads.nodes.flatMap(factsOf));
      if (!threads.pageInfo.hasNextPage) break;
      after = threads.pageInfo.endCursor;
    }
    return found;
  });
}

function factsOf({ id: node, isResolved: resolved, comments }: z.infer<typeof Thread>): ThreadFacts[] {
  const first = comments.nodes[0]?.databaseId ?? null;
  if (first === null) return [];
  const seen = comments.nodes.map(({ body, viewerDidAuthor: own }) => ({ body, own }));
  return [{ node, first, resolved, comments: comments.totalCount > seen.length ? null : seen }];
}

/** False where somebody has deleted the conversation. */
export async function replyInThread(
  client: RepositoryClient,
  { owner, repo, ...target }: Target,
  { pull, thread, body }: { pull: number; thread: number; body: string },
): Promise<boolean> {
  return client.as({ owner, repo, ...target }, "answer_review", async (octokit) => {
    const said = octokit.request(
      "POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
      {
        owner,
        repo,
        pull_number: pull,
        comment_id: thread,
        body,
      },
    );
    return (await orNull(said)) !== null;
  });
}

type Asking = Pick<RepositoryClient, "graphqlUrl"> & {
  /** With a token that may write contents, which nobody keeps. */
  ask<T>(work: (octokit: Octokit) => Promise<T>): Promise<T>;
};

export async function resolveThread({ ask, graphqlUrl }: Asking, threadId: string): Promise<boolean> {
  return ask(async (octokit) => {
    const query = { query: RESOLVE, variables: { threadId } };
    return (await askGraphql({ graphqlUrl }, octokit, { query, schema: z.unknown() })).ok;
  });
}
