import { z } from "zod";
import { reads, writes } from "../access.ts";
import { readCommits } from "../git/commits.ts";
import { diffFiles, diffText } from "../git/diff.ts";
import { page } from "../http/paginate.ts";
import { created, invalid, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { timestamp } from "../hub.ts";
import { asPull, closeIssue, pullAt, reopenIssue } from "../issues.ts";
import { NewPull, openPull } from "../open-pull.ts";
import { pullRange } from "../pull-state.ts";
import { emitPull, startPullWorkflows } from "../pulls.ts";
import { renderCommit, renderFile } from "../render/commit.ts";
import { renderPull, renderPullSimple } from "../render/pull.ts";
import { hasRole } from "../repositories.ts";
import type { PullRequest } from "../store/conversation.ts";
import { where } from "../store/store.ts";

const Change = z.object({
  title: z.string().min(1).optional(),
  body: z.string().max(65_536).nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});
type Change = z.infer<typeof Change>;

export const PULL_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls", { access: reads("pull_requests"), handle: listPulls }),
  route("POST /repos/{owner}/{repo}/pulls", {
    access: writes("pull_requests", "read"),
    body: NewPull,
    handle: createPull,
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}", { access: reads("pull_requests"), handle: getPull }),
  route("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
    access: writes("pull_requests", "read"),
    body: Change,
    handle: changePull,
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
    access: reads("pull_requests"),
    handle: listFiles,
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", {
    access: reads("pull_requests"),
    handle: listCommits,
  }),
];

function listPulls({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const asked = (name: string) => url.searchParams.get(name);
  const state = asked("state") ?? "open";
  const items = where(hub.store.issues, (row) => row.repositoryId === repository.id && row.pull !== null)
    .map(asPull)
    .filter((row) => state === "all" || row.state === state)
    .filter((row) => (asked("base") ?? row.pull.base.ref) === row.pull.base.ref)
    .filter((row) => [null, "", headLabel(row, hub)].includes(asked("head")));
  if (asked("direction") !== "asc") items.reverse();
  return page({ url, items, render: (row) => renderPullSimple(hub, row) });
}

function headLabel({ pull }: PullRequest, hub: RepositoryRequest["hub"]): string {
  return `${hub.store.repositories.get(pull.head.repositoryId)?.owner ?? ""}:${pull.head.ref}`;
}

async function createPull(request: RepositoryRequest<z.infer<typeof NewPull>>): Promise<Reply> {
  const issue = await openPull(request);
  const answer = created(await renderPull(request.hub, issue));
  await emitPull(request.hub, { issue, action: "opened", sender: doer(request) });
  await startPullWorkflows(request.hub, issue, "opened", doer(request));
  return answer;
}

async function getPull(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, headers } = request;
  const issue = pullIn(request);
  if (!/\.(diff|patch)\b/.test(headers.accept ?? "")) return ok(await renderPull(hub, issue));
  const { from, to } = await pullRange(hub, issue);
  return ok(await diffText(repository.gitDir, from, to));
}

async function changePull(request: RepositoryRequest<Change>): Promise<Reply> {
  const { hub, body } = request;
  const issue = pullIn(request);
  mustEdit(request, issue);
  const changes = applyEdits(request, issue, body);
  if (Object.keys(changes).length > 0)
    await emitPull(hub, { issue, action: "edited", sender: doer(request), extra: { changes } });
  if (body.state !== undefined && body.state !== issue.state) await changeState(request, issue, body.state);
  return ok(await renderPull(hub, issue));
}

function applyEdits(
  { hub, repository }: RepositoryRequest,
  issue: PullRequest,
  body: Change,
): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  if (body.title !== undefined && body.title !== issue.title) changes.title = { from: issue.title };
  if (body.body !== undefined && body.body !== issue.body) changes.body = { from: issue.body ?? "" };
  if (body.base !== undefined && body.base !== issue.pull.base.ref) {
    const sha = repository.refs.get(`refs/heads/${body.base}`);
    if (sha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
    changes.base = { ref: { from: issue.pull.base.ref }, sha: { from: issue.pull.base.sha } };
    Object.assign(issue.pull.base, { ref: body.base, sha });
  }
  issue.title = body.title ?? issue.title;
  if (body.body !== undefined) issue.body = body.body;
  issue.pull.maintainerCanModify = body.maintainer_can_modify ?? issue.pull.maintainerCanModify;
  issue.updatedAt = timestamp(hub);
  return changes;
}

async function changeState(
  request: RepositoryRequest,
  issue: PullRequest,
  state: "open" | "closed",
): Promise<void> {
  const { hub } = request;
  const sender = doer(request);
  if (state === "closed") {
    closeIssue(hub, issue, sender.login, null);
    await emitPull(hub, { issue, action: "closed", sender });
    return;
  }
  const { head, mergedAt } = issue.pull;
  const tip = hub.store.repositories.get(head.repositoryId)?.refs.get(`refs/heads/${head.ref}`);
  if (mergedAt !== null || tip === undefined)
    throw invalid({
      resource: "PullRequest",
      field: "state",
      code: "invalid",
      message: "state cannot be changed. The branch has been deleted or the pull request was merged.",
    });
  head.sha = tip;
  reopenIssue(hub, issue);
  await emitPull(hub, { issue, action: "reopened", sender });
  await startPullWorkflows(hub, issue, "reopened", sender);
}

function mustEdit(request: RepositoryRequest, issue: PullRequest): void {
  const { hub, repository, actor } = request;
  if (actor.kind === "installation" || issue.author === doer(request).login) return;
  if (!hasRole(hub, repository, doer(request).login, "triage"))
    throw new Refusal(403, "Must have push access to repository");
}

async function listFiles(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const { from, to } = await pullRange(hub, pullIn(request));
  const items = await diffFiles(repository.gitDir, from, to);
  return await page({ url, items, render: (file) => renderFile(hub, repository, to, file) });
}

async function listCommits(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const { from, to } = await pullRange(hub, pullIn(request));
  const items = (await readCommits(repository.gitDir, [`${from}..${to}`])).reverse();
  return await page({ url, items, render: (commit) => renderCommit(hub, repository, commit) });
}

function pullIn(request: RepositoryRequest): PullRequest {
  return pullAt(request.hub, request.repository, idParam(request, "pull_number"));
}
