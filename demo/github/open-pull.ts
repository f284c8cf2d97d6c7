import { z } from "zod";
import { mayPush, maySee } from "./access.ts";
import { countCommits, mergeBase } from "./git/commits.ts";
import { copyRef } from "./git/refs.ts";
import { git } from "./git/run-git.ts";
import { invalid, Refusal } from "./http/reply.ts";
import { doer, type RepositoryRequest } from "./http/route.ts";
import { type Hub, withLock } from "./hub.ts";
import { asPull, createIssue } from "./issues.ts";
import { relatives, userOf } from "./repositories.ts";
import { refsLock } from "./settle-refs.ts";
import type { Pull, PullRequest } from "./store/conversation.ts";
import type { Repository } from "./store/identity.ts";
import { where } from "./store/store.ts";

export const NewPull = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  head_repo: z.string().optional(),
  body: z.string().max(65_536).nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().optional(),
});

type Request = RepositoryRequest<z.infer<typeof NewPull>>;
type Head = { repository: Repository; branch: string; sha: string };

/** Opens a pull request, or refuses for the reasons GitHub has. */
export async function openPull(request: Request): Promise<PullRequest> {
  const { repository } = headOf(request);
  // No push to the head and no second request for it may come between the checks and the opening.
  return await withLock(request.hub, refsLock(repository), () => checkAndOpen(request));
}

async function checkAndOpen(request: Request): Promise<PullRequest> {
  const { hub, repository, body, actor } = request;
  const baseSha = repository.refs.get(`refs/heads/${body.base}`);
  if (baseSha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  const head = headOf(request);
  mayOpenFrom(request, head);
  checkNotOpenAlready(hub, repository, head, body.base);
  await checkHasCommits(repository, head, { ref: body.base, sha: baseSha });
  const pull: Pull = {
    id: hub.nextId(),
    head: { repositoryId: head.repository.id, ref: head.branch, sha: head.sha },
    base: { repositoryId: repository.id, ref: body.base, sha: baseSha },
    draft: body.draft,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    maintainerCanModify: maintainersMayPush(request, head),
    requestedReviewers: [],
  };
  const author = doer(request);
  const viaApp = actor.kind === "installation";
  const issue = createIssue(hub, repository, {
    title: body.title,
    body: body.body ?? null,
    labels: [],
    assignees: [],
    author,
    viaApp,
  });
  issue.pull = pull;
  await nameHead(repository, issue.number, head);
  return asPull(issue);
}

/** `branch`, or `owner:branch` of a fork (of any name) in the same network. */
function headOf({ hub, repository, body, actor }: Request): Head {
  const [owner, branch] = body.head.includes(":")
    ? (body.head.split(":", 2) as [string, string])
    : [repository.owner, body.head];
  const candidates =
    owner.toLowerCase() === repository.owner.toLowerCase() ? [repository] : relatives(hub, repository, owner);
  const wanted = candidates.find(
    (row) => body.head_repo === undefined || nameOf(row) === body.head_repo.toLowerCase(),
  );
  const sha = wanted?.refs.get(`refs/heads/${branch}`);
  if (!wanted || sha === undefined || !maySee(hub, actor, wanted)) {
    throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  }
  return { repository: wanted, branch, sha };
}

/** A person must be able to write to the head; an app needs its permission on the base only. */
function mayOpenFrom({ hub, actor }: Request, head: Head): void {
  if (actor.kind === "user" && !mayPush(hub, actor, head.repository)) {
    throw new Refusal(403, "Must have write access to the head branch's repository");
  }
}

function checkNotOpenAlready(hub: Hub, repository: Repository, head: Head, base: string): void {
  const same = where(
    hub.store.issues,
    ({ state, repositoryId, pull }) =>
      state === "open" &&
      repositoryId === repository.id &&
      pull?.head.repositoryId === head.repository.id &&
      pull.head.ref === head.branch &&
      pull.base.ref === base,
  );
  if (same.length === 0) return;
  const message = `A pull request already exists for ${head.repository.owner}:${head.branch}.`;
  throw invalid({ resource: "PullRequest", code: "custom", message });
}

async function checkHasCommits(
  repository: Repository,
  head: Head,
  base: { ref: string; sha: string },
): Promise<void> {
  if (head.repository.id !== repository.id) {
    await git(repository.gitDir, [
      "fetch",
      "--quiet",
      "--no-tags",
      head.repository.gitDir,
      `refs/heads/${head.branch}`,
    ]);
  }
  const custom = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });
  if ((await mergeBase(repository.gitDir, base.sha, head.sha)) === null) {
    throw custom(`The ${head.branch} branch has no history in common with ${base.ref}`);
  }
  if ((await countCommits(repository.gitDir, `${base.sha}..${head.sha}`)) === 0) {
    throw custom(`No commits between ${base.ref} and ${head.branch}`);
  }
}

/** Maintainers may push to a person's fork if told so, never to an organisation's. */
function maintainersMayPush({ hub, repository, body }: Request, head: Head): boolean {
  const cross = head.repository.id !== repository.id;
  const ofOrganization = userOf(hub, head.repository.owner).type === "Organization";
  if (cross && ofOrganization && body.maintainer_can_modify === true) {
    const message = "Fork collab can't be granted by someone without permission";
    throw invalid({ resource: "PullRequest", field: "fork_collab", code: "custom", message });
  }
  return cross && !ofOrganization && (body.maintainer_can_modify ?? true);
}

async function nameHead(repository: Repository, number: number, head: Head): Promise<void> {
  const as = `refs/pull/${number}/head`;
  await copyRef({
    from: head.repository.gitDir,
    ref: `refs/heads/${head.branch}`,
    to: repository.gitDir,
    as,
  });
}

function nameOf(repository: Repository): string {
  return repository.name.toLowerCase();
}
