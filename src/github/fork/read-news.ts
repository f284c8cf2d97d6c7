import { z } from "zod";
import type { PullNews } from "../../jobs/fork-port.ts";
import { GitHubError } from "../client/github-error.ts";
import type { TokenClient } from "../client/token-client.ts";

type Name = { owner: string; repo: string; number: number };

/**
 * All that a look from afar sees. The counts tell of a check that ends while the state as a whole stays what it was, and the
 * labels of one that was put on in the same second as something else.
 */
const NEWS = `fragment News on PullRequest {
  state
  headRefOid
  mergeable
  updatedAt
  labels(first: 50) { nodes { name } }
  comments(last: 1) { totalCount nodes { updatedAt } }
  reviews(last: 1) { totalCount nodes { updatedAt } }
  commits(last: 1) {
    nodes {
      commit {
        oid
        statusCheckRollup {
          state
          contexts {
            checkRunCountsByState { state count }
            statusContextCountsByState { state count }
          }
        }
      }
    }
  }
}`;

const Counts = z.array(z.object({ state: z.string(), count: z.number() })).nullable();
const Rollup = z.object({
  state: z.string(),
  contexts: z.object({ checkRunCountsByState: Counts, statusContextCountsByState: Counts }),
});
const Latest = z.object({
  totalCount: z.number(),
  nodes: z.array(z.object({ updatedAt: z.string() }).nullable()).nullable(),
});
const News = z.object({
  state: z.string(),
  headRefOid: z.string(),
  mergeable: z.string(),
  updatedAt: z.string(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() }).nullable()).nullable() }).nullable(),
  comments: Latest,
  reviews: Latest.nullable(),
  commits: z.object({
    nodes: z
      .array(
        z.object({ commit: z.object({ oid: z.string(), statusCheckRollup: Rollup.nullable() }) }).nullable(),
      )
      .nullable(),
  }),
});
const Answer = z.object({
  data: z.record(z.string(), z.object({ pullRequest: News.nullable() }).nullable()).nullable(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).optional(),
});
type Answer = z.infer<typeof Answer>;

/** One request for all of them; a pull request that GitHub does not show any more is news as well. */
export async function readNews(
  { octokit, graphqlUrl }: TokenClient,
  pulls: readonly Name[],
): Promise<PullNews[]> {
  if (pulls.length === 0) return [];
  const { data } = await octokit.request({ method: "POST", url: graphqlUrl, ...newsQuery(pulls) });
  const answer = Answer.parse(data);
  throwIfRefused(answer);
  return pulls.map((pull, index) => {
    const news = answer.data?.[`p${index}`]?.pullRequest ?? null;
    return { ...pull, seen: news === null ? "gone" : fingerprint(news) };
  });
}

/** Names go as variables: nothing of theirs is ever read as a query. */
export function newsQuery(pulls: readonly Name[]): {
  query: string;
  variables: Record<string, string | number>;
} {
  const declared = pulls.map((_pull, at) => `$owner${at}: String!, $name${at}: String!, $number${at}: Int!`);
  const asked = pulls.map(
    (_pull, at) =>
      `  p${at}: repository(owner: $owner${at}, name: $name${at}) { pullRequest(number: $number${at}) { ...News } }`,
  );
  const variables = pulls.flatMap(({ owner, repo, number }, at) => [
    [`owner${at}`, owner],
    [`name${at}`, repo],
    [`number${at}`, number],
  ]);
  return {
    query: `query pullNews(${declared.join(", ")}) {\n${asked.join("\n")}\n}\n${NEWS}`,
    variables: Object.fromEntries(variables),
  };
}

/** GitHub answers 200 also when it refuses; single pull requests that are not there spoil nothing. */
function throwIfRefused({ data, errors = [] }: Answer): void {
  const limited = errors.find(({ type }) => type === "RATE_LIMITED");
  if (data !== null && limited === undefined) return;
  const message = `GitHub refused the query: ${errors
    .map((error) => error.message)
    .join("; ")
    .slice(0, 500)}`;
  if (limited) throw new GitHubError(message, { kind: "rate_limited", status: 200, afterMs: 60_000 });
  throw new GitHubError(message, { kind: "other", status: 200, afterMs: null });
}

/** Whether it can be merged is worked out anew whenever the base moves; only a conflict is news. */
function fingerprint({ mergeable, ...news }: z.infer<typeof News>): string {
  return JSON.stringify({ ...news, conflict: mergeable === "CONFLICTING" });
}
