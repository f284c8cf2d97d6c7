import { z } from "zod";
import { reads, writes } from "../access.ts";
import { page } from "../http/paginate.ts";
import { created, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { type Hub, timestamp } from "../hub.ts";
import { closeIssue, createIssue, emitIssue, issueAt, labelOf, reopenIssue } from "../issues.ts";
import { emitIssueOrPull } from "../pulls.ts";
import { renderIssue } from "../render/issue.ts";
import { hasRole } from "../repositories.ts";
import type { Issue } from "../store/conversation.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { LabelNames } from "./labels.ts";

const Text = z.union([z.string().min(1), z.number()]).transform(String);
const NewIssue = z.object({
  title: Text,
  body: z.string().max(65_536).optional(),
  labels: LabelNames.default([]),
  assignees: z.array(z.string()).default([]),
});
const Change = z.object({
  title: Text.optional(),
  body: z.string().max(65_536).nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullable().optional(),
  labels: LabelNames.optional(),
  assignees: z.array(z.string()).optional(),
});

export const ISSUE_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues", { access: reads("issues"), handle: listIssues }),
  route("POST /repos/{owner}/{repo}/issues", {
    access: writes("issues", "read"),
    body: NewIssue,
    handle: openIssue,
  }),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}", {
    access: reads("conversation"),
    handle: getIssue,
  }),
  route("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    access: writes("conversation", "read"),
    body: Change,
    handle: changeIssue,
  }),
];

/** Newest first; pull requests are issues too, as everybody finds out once. */
function listIssues({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const asked = (name: string) => url.searchParams.get(name);
  const state = asked("state") ?? "open";
  const labels = (asked("labels") ?? "").split(",").filter(Boolean);
  const since = asked("since") ?? "";
  const items = where(
    hub.store.issues,
    (row) =>
      row.repositoryId === repository.id &&
      (state === "all" || row.state === state) &&
      labels.every((name) => row.labels.some((has) => has.toLowerCase() === name.toLowerCase())) &&
      (asked("creator") ?? row.author) === row.author &&
      row.updatedAt >= since,
  );
  if (asked("direction") !== "asc") items.reverse();
  return page({ url, items, render: (row) => renderIssue(hub, row) });
}

function openIssue(request: RepositoryRequest<z.infer<typeof NewIssue>>): Reply {
  const { hub, repository, body, actor } = request;
  const author = doer(request);
  const triages = mayTriage(request);
  const issue = createIssue(hub, repository, {
    title: body.title,
    body: body.body ?? null,
    // From people without triage rights GitHub silently drops labels and assignees.
    labels: triages ? body.labels : [],
    assignees: triages ? body.assignees : [],
    author,
    viaApp: actor.kind === "installation",
  });
  emitIssue(hub, { repository, issue, action: "opened", sender: author });
  return created(renderIssue(hub, issue));
}

function getIssue(request: RepositoryRequest): Reply {
  return ok(renderIssue(request.hub, issueIn(request)));
}

async function changeIssue(request: RepositoryRequest<z.infer<typeof Change>>): Promise<Reply> {
  const { hub, repository, body } = request;
  const issue = issueIn(request);
  const sender = doer(request);
  if (issue.author !== sender.login && !mayTriage(request))
    throw new Refusal(403, "Must have triage rights to Repository.");
  const told = { repository, issue, sender };
  const changes = edited(issue, body);
  applyEdits(hub, repository, issue, body);
  if (Object.keys(changes).length > 0)
    await emitIssueOrPull(hub, { ...told, action: "edited", extra: { changes } });
  if (body.state === "closed" && issue.state === "open") {
    closeIssue(hub, issue, sender.login, issue.pull ? null : (body.state_reason ?? "completed"));
    await emitIssueOrPull(hub, { ...told, action: "closed" });
  } else if (body.state === "open" && issue.state === "closed") {
    reopenIssue(hub, issue);
    await emitIssueOrPull(hub, { ...told, action: "reopened" });
  }
  return ok(renderIssue(hub, issue));
}

function edited(issue: Issue, body: z.infer<typeof Change>): Record<string, { from: string }> {
  const title =
    body.title !== undefined && body.title !== issue.title ? { title: { from: issue.title } } : {};
  const text =
    body.body !== undefined && body.body !== issue.body ? { body: { from: issue.body ?? "" } } : {};
  return { ...title, ...text };
}

function applyEdits(hub: Hub, repository: Repository, issue: Issue, body: z.infer<typeof Change>): void {
  issue.title = body.title ?? issue.title;
  if (body.body !== undefined) issue.body = body.body;
  if (body.labels) issue.labels = body.labels.map((name) => labelOf(hub, repository, name).name);
  if (body.assignees)
    issue.assignees = body.assignees.filter((login) => hub.store.users.has(login.toLowerCase()));
  issue.updatedAt = timestamp(hub);
}

function mayTriage({ hub, repository, actor }: RepositoryRequest): boolean {
  return (
    actor.kind === "installation" ||
    (actor.kind === "user" && hasRole(hub, repository, actor.user.login, "triage"))
  );
}

function issueIn(request: RepositoryRequest): Issue {
  return issueAt(request.hub, request.repository, idParam(request, "issue_number"));
}
