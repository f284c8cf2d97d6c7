import { z } from "zod";
import { reads, writes } from "../access.ts";
import { page } from "../http/paginate.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { timestamp } from "../hub.ts";
import { issueAt, labelOf } from "../issues.ts";
import { emitIssueOrPull } from "../pulls.ts";
import { renderLabel, renderLabels } from "../render/issue.ts";
import type { Issue } from "../store/conversation.ts";

export const LabelNames = z.array(
  z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]),
);
const AddLabels = z.union([z.object({ labels: LabelNames }), LabelNames.transform((labels) => ({ labels }))]);

export const LABEL_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", {
    access: reads("conversation"),
    handle: listLabels,
  }),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
    access: writes("conversation", "triage"),
    category: "edit",
    body: AddLabels,
    handle: addLabels,
  }),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
    access: writes("conversation", "triage"),
    handle: removeLabel,
  }),
];

function listLabels(request: RepositoryRequest): Promise<Reply> {
  return page({
    url: request.url,
    items: renderLabels(request.hub, issueIn(request)),
    render: (label) => label,
  });
}

async function addLabels(request: RepositoryRequest<z.infer<typeof AddLabels>>): Promise<Reply> {
  const { hub, repository, body } = request;
  const issue = issueIn(request);
  for (const name of body.labels) {
    const label = labelOf(hub, repository, name);
    if (issue.labels.includes(label.name)) continue;
    issue.labels.push(label.name);
    issue.updatedAt = timestamp(hub);
    const extra = { label: renderLabel(hub, repository, label) };
    await emitIssueOrPull(hub, { repository, issue, action: "labeled", sender: doer(request), extra });
  }
  return ok(renderLabels(hub, issue));
}

async function removeLabel(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const issue = issueIn(request);
  const label = repository.labels.get(param(request, "name").toLowerCase());
  if (!label || !issue.labels.includes(label.name)) throw new Refusal(404, "Label does not exist");
  issue.labels = issue.labels.filter((name) => name !== label.name);
  issue.updatedAt = timestamp(hub);
  const extra = { label: renderLabel(hub, repository, label) };
  await emitIssueOrPull(hub, { repository, issue, action: "unlabeled", sender: doer(request), extra });
  return ok(renderLabels(hub, issue));
}

function issueIn(request: RepositoryRequest): Issue {
  return issueAt(request.hub, request.repository, idParam(request, "issue_number"));
}
