import { z } from "zod";
import { reads, writes } from "../access.ts";
import { latestStatuses } from "../check-state.ts";
import { readCommit } from "../git/commits.ts";
import { resolveCommit } from "../git/refs.ts";
import { page } from "../http/paginate.ts";
import { created, found, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { timestamp } from "../hub.ts";
import { renderSimpleStatus, renderStatus } from "../render/check.ts";
import { renderCommit } from "../render/commit.ts";
import { repositoryLink } from "../render/links.ts";
import { renderMinimalRepository } from "../render/repository.ts";
import type { Status } from "../store/checks.ts";
import { where } from "../store/store.ts";
import { emit } from "../webhooks.ts";

const NewStatus = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: z.string().nullish(),
  description: z.string().max(140).nullish(),
  context: z.string().default("default"),
});

export const STATUS_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/commits/{ref}/status", { access: reads("statuses"), handle: combined }),
  route("GET /repos/{owner}/{repo}/commits/{ref}/statuses", {
    access: reads("statuses"),
    handle: listStatuses,
  }),
  route("POST /repos/{owner}/{repo}/statuses/{sha}", {
    access: writes("statuses", "write"),
    body: NewStatus,
    handle: createStatus,
  }),
];

async function createStatus(request: RepositoryRequest<z.infer<typeof NewStatus>>): Promise<Reply> {
  const { hub, repository, body } = request;
  const sha = param(request, "sha");
  const commit = await readCommit(repository.gitDir, sha);
  if (commit === null) throw new Refusal(422, `No commit found for SHA: ${sha}`);
  const status: Status = {
    id: hub.nextId(),
    repositoryId: repository.id,
    sha,
    state: body.state,
    context: body.context,
    description: body.description ?? null,
    targetUrl: body.target_url ?? null,
    creator: doer(request).login,
    createdAt: timestamp(hub),
  };
  hub.store.statuses.set(status.id, status);
  const { creator: _creator, ...shown } = renderStatus(hub, status);
  const payload = {
    ...shown,
    sha,
    name: `${repository.owner}/${repository.name}`,
    commit: renderCommit(hub, repository, commit),
    branches: branchesAt(request, sha),
  };
  emit(hub, { event: "status", repository, sender: doer(request), payload });
  return created(renderStatus(hub, status));
}

function branchesAt({ hub, repository }: RepositoryRequest, sha: string) {
  const commit = { sha, url: repositoryLink(hub, repository, `/commits/${sha}`) };
  return [...repository.refs]
    .filter(([ref, tip]) => tip === sha && ref.startsWith("refs/heads/"))
    .map(([ref]) => ({ name: ref.slice("refs/heads/".length), commit, protected: false }));
}

async function listStatuses(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const sha = await shaIn(request);
  const items = where(
    hub.store.statuses,
    (row) => row.repositoryId === repository.id && row.sha === sha,
  ).reverse();
  return await page({ url, items, render: (row) => renderStatus(hub, row) });
}

/** Statuses only: check runs do not count here, and none at all is `pending`. */
async function combined(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const sha = await shaIn(request);
  const statuses = latestStatuses(hub, repository.id, sha);
  const states = statuses.map((status) => status.state);
  const failed = states.includes("failure") || states.includes("error");
  const state = failed ? "failure" : states.length > 0 && !states.includes("pending") ? "success" : "pending";
  const url = repositoryLink(hub, repository, `/commits/${sha}`);
  return ok({
    state,
    statuses: statuses.map((status) => renderSimpleStatus(hub, status)),
    sha,
    total_count: statuses.length,
    repository: renderMinimalRepository(hub, repository),
    commit_url: url,
    url: `${url}/status`,
  });
}

async function shaIn(request: RepositoryRequest): Promise<string> {
  return found(await resolveCommit(request.repository.gitDir, param(request, "ref")));
}
