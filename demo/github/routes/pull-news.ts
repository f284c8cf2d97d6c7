import { maySee } from "../access.ts";
import { latestRuns, latestStatuses, worstOf } from "../check-state.ts";
import { Refusal } from "../http/reply.ts";
import type { ApiRequest } from "../http/route.ts";
import type { Hub } from "../hub.ts";
import { asPull, commentsOn } from "../issues.ts";
import { mergeState } from "../pull-state.ts";
import { findRepository } from "../repositories.ts";
import type { PullRequest } from "../store/conversation.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";

type Asked = { alias: string; owner: string; name: string; number: number };
type Body = { query: string; variables: Record<string, unknown> };

/** `alias: repository(owner: $a, name: $b) { pullRequest(number: $c)`, as often as it stands in the query. */
const ASKED =
  /(\w+)\s*:\s*repository\(\s*owner:\s*\$(\w+),\s*name:\s*\$(\w+)\s*\)\s*\{\s*pullRequest\(\s*number:\s*\$(\w+)\s*\)/g;

const MOST = 100;

/** Many pull requests in one query, each under its own name; one that is not there is null, and an error beside it. */
export async function answerPullNews(
  request: ApiRequest<Body>,
): Promise<{ data: Record<string, unknown>; errors?: unknown[] }> {
  const asked = askedIn(request.body);
  if (asked.length === 0 || asked.length > MOST)
    throw new Refusal(403, "The query asks for too much or nothing");
  const data: Record<string, unknown> = {};
  const errors: unknown[] = [];
  for (const one of asked) {
    const issue = pullOf(request, one);
    data[one.alias] = issue && { pullRequest: await render(request.hub, issue) };
    if (issue === null)
      errors.push({ type: "NOT_FOUND", path: [one.alias], message: "Could not resolve to a PullRequest." });
  }
  return errors.length === 0 ? { data } : { data, errors };
}

function askedIn({ query, variables }: Body): Asked[] {
  return [...query.matchAll(ASKED)].map(([, alias = "", owner = "", name = "", number = ""]) => ({
    alias,
    owner: String(variables[owner]),
    name: String(variables[name]),
    number: Number(variables[number]),
  }));
}

function pullOf({ hub, actor }: ApiRequest, { owner, name, number }: Asked): PullRequest | null {
  const repository = findRepository(hub, owner, name);
  if (repository === null || !maySee(hub, actor, repository)) return null;
  const [issue] = where(
    hub.store.issues,
    (row) => row.repositoryId === repository.id && row.number === number && row.pull !== null,
  );
  return issue ? asPull(issue) : null;
}

async function render(hub: Hub, issue: PullRequest) {
  const { mergeable } = await mergeState(hub, issue);
  const comments = commentsOn(hub, issue);
  const reviews = where(
    hub.store.reviews,
    (row) => row.repositoryId === issue.repositoryId && row.number === issue.number,
  );
  const repository = hub.store.repositories.get(issue.repositoryId);
  const { sha } = issue.pull.head;
  return {
    number: issue.number,
    state: issue.pull.mergedAt !== null ? "MERGED" : issue.state.toUpperCase(),
    merged: issue.pull.mergedAt !== null,
    headRefOid: sha,
    mergeable: mergeable === null ? "UNKNOWN" : mergeable ? "MERGEABLE" : "CONFLICTING",
    updatedAt: issue.updatedAt,
    labels: { nodes: issue.labels.map((name) => ({ name })) },
    comments: { totalCount: comments.length, nodes: latest(comments.map(({ updatedAt }) => updatedAt)) },
    reviews: { totalCount: reviews.length, nodes: latest(reviews.map(({ submittedAt }) => submittedAt)) },
    commits: { nodes: [{ commit: { oid: sha, statusCheckRollup: rollup(hub, repository, sha) } }] },
  };
}

function latest(times: readonly string[]): { updatedAt: string }[] {
  return times.slice(-1).map((updatedAt) => ({ updatedAt }));
}

/** Null while nobody has said anything about the commit. */
function rollup(hub: Hub, repository: Repository | undefined, sha: string) {
  const verdict = repository ? worstOf(hub, repository.id, sha) : "none";
  if (!repository || verdict === "none") return null;
  const runs = latestRuns(hub, (run) => run.repositoryId === repository.id && run.headSha === sha);
  const statuses = latestStatuses(hub, repository.id, sha);
  return {
    state: verdict.toUpperCase(),
    contexts: {
      checkRunCountsByState: counts(runs.map(({ status, conclusion }) => conclusion ?? status)),
      statusContextCountsByState: counts(statuses.map(({ state }) => state)),
    },
  };
}

function counts(states: readonly string[]): { state: string; count: number }[] {
  return [...Map.groupBy(states, (state) => state.toUpperCase())].map(([state, all]) => ({
    state,
    count: all.length,
  }));
}
