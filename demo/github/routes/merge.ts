import { z } from "zod";
import { reads, writes } from "../access.ts";
import { isBlocked } from "../check-state.ts";
import { readCommits } from "../git/commits.ts";
import { tryMerge, writeCommit } from "../git/merge.ts";
import { moveRef } from "../git/refs.ts";
import { noContent, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { timestamp, withLock } from "../hub.ts";
import { closeIssue, pullAt } from "../issues.ts";
import { baseTip, isBehind } from "../pull-state.ts";
import { emitPull } from "../pulls.ts";
import { refsLock, settleRefs } from "../settle-refs.ts";
import type { PullRequest } from "../store/conversation.ts";

const Merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash", "rebase"]).default("merge"),
});
type Request = RepositoryRequest<z.infer<typeof Merge>>;

export const MERGE_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
    access: reads("contents"),
    handle: isMerged,
  }),
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
    access: writes("contents", "write"),
    body: Merge,
    handle: merge,
  }),
];

function isMerged(request: RepositoryRequest): Reply {
  const issue = pullAt(request.hub, request.repository, idParam(request, "pull_number"));
  if (issue.pull.mergedAt === null) throw notFound();
  return noContent();
}

async function merge(request: Request): Promise<Reply> {
  const { hub, repository } = request;
  const issue = pullAt(hub, repository, idParam(request, "pull_number"));
  return await withLock(hub, refsLock(repository), async () => {
    await checkMergeable(request, issue);
    const before = baseTip(hub, issue);
    const sha = await commitMerge(request, issue, before);
    const ref = `refs/heads/${issue.pull.base.ref}`;
    if (!(await moveRef({ gitDir: repository.gitDir, ref, to: sha, from: before }))) {
      throw new Refusal(409, "Base branch was modified. Review and try the merge again.");
    }
    const sender = doer(request);
    issue.pull.base.sha = before;
    Object.assign(issue.pull, { mergedAt: timestamp(hub), mergedBy: sender.login, mergeCommitSha: sha });
    closeIssue(hub, issue, sender.login, null);
    await emitPull(hub, { issue, action: "closed", sender });
    await settleRefs(hub, repository, sender);
    return ok({ sha, merged: true, message: "Pull Request successfully merged" });
  });
}

async function checkMergeable({ hub, repository, body }: Request, issue: PullRequest): Promise<void> {
  if (issue.state === "closed") throw new Refusal(405, "Pull Request is not mergeable");
  if (issue.pull.draft) throw new Refusal(405, "Pull Request is still a draft");
  if (body.merge_method === "rebase")
    throw new Refusal(405, "Rebase merges are not allowed on this repository.");
  if (body.sha !== undefined && body.sha !== issue.pull.head.sha) {
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  }
  if (isBlocked(hub, repository, issue)) {
    throw new Refusal(
      405,
      `${repository.requiredChecks.length} of ${repository.requiredChecks.length} required status checks are expected or failing.`,
    );
  }
  if (await isBehind(hub, issue)) throw new Refusal(405, "Head branch is out of date");
}

async function commitMerge(request: Request, issue: PullRequest, before: string): Promise<string> {
  const { gitDir } = request.repository;
  const head = issue.pull.head.sha;
  const merged = await tryMerge(gitDir, before, head);
  if (!merged.clean) throw new Refusal(405, "Pull Request is not mergeable");
  const { login, id } = doer(request);
  const author = { name: login, email: `${id}+${login}@users.noreply.github.com` };
  const parents = request.body.merge_method === "squash" ? [before] : [before, head];
  const message = await messageFor(request, issue, before);
  return await writeCommit({ gitDir, tree: merged.tree, parents, message, author });
}

async function messageFor(
  { hub, body, repository }: Request,
  issue: PullRequest,
  before: string,
): Promise<string> {
  const { head } = issue.pull;
  const owner = hub.store.repositories.get(head.repositoryId)?.owner ?? "";
  const squash = body.merge_method === "squash";
  const title =
    body.commit_title ??
    (squash
      ? `${issue.title} (#${issue.number})`
      : `Merge pull request #${issue.number} from ${owner}/${head.ref}`);
  const commits = squash ? await readCommits(repository.gitDir, [`${before}..${head.sha}`]) : [];
  const listed = commits.reverse().map((commit) => `* ${commit.message}`);
  const text = body.commit_message ?? (squash ? listed.join("\n\n") : issue.title);
  return `${title}\n\n${text}`.trimEnd();
}
