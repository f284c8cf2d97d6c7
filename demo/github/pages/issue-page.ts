import { latestRuns } from "../check-state.ts";
import { diffFiles } from "../git/diff.ts";
import type { Hub } from "../hub.ts";
import { asPull, commentsOn, issueAt } from "../issues.ts";
import { pullRange } from "../pull-state.ts";
import { fullName } from "../repositories.ts";
import type { CheckRun } from "../store/checks.ts";
import type { Comment, PullRequest, Review } from "../store/conversation.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { document, type Html, html } from "./html.ts";
import { stateOf } from "./repository-page.ts";

/** An issue, or a pull request with its checks, reviews and diffstat. */
export async function issuePage(hub: Hub, repository: Repository, number: number): Promise<string> {
  const issue = issueAt(hub, repository, number);
  const pull = issue.pull ? await pullParts(hub, repository, asPull(issue)) : html``;
  const name = fullName(repository);
  const title = `${issue.title} · ${name}#${issue.number}`;
  const body = html`<p><a href="/${name}">${name}</a></p>
    <h1>${issue.title} <span class="quiet">#${issue.number}</span></h1>
    <p><b>${stateOf(issue)}</b> by ${issue.author} <span class="quiet">${issue.createdAt} ${issue.labels.join(", ")}</span></p>
    <pre>${issue.body}</pre>${pull}<h2>Comments</h2>${commentsOn(hub, issue).map((row) => commentBox(hub, row))}`;
  return document(title, body);
}

function commentBox(hub: Hub, comment: Comment): Html {
  const reactions = where(
    hub.store.reactions,
    (row) => row.target === "comment" && row.targetId === comment.id,
  );
  return html`<div class="box" id="issuecomment-${comment.id}"><b>${comment.author}</b> <span class="quiet">${comment.createdAt} ${reactions.map((row) => `:${row.content}:`).join(" ")}</span><pre>${comment.body}</pre></div>`;
}

async function pullParts(hub: Hub, repository: Repository, issue: PullRequest): Promise<Html> {
  const { head, base } = issue.pull;
  const { from, to } = await pullRange(hub, issue);
  const files = await diffFiles(repository.gitDir, from, to);
  const runs = latestRuns(hub, (run) => run.repositoryId === repository.id && run.headSha === head.sha);
  const reviews = where(
    hub.store.reviews,
    (row) => row.repositoryId === repository.id && row.number === issue.number,
  );
  return html`<p>${base.ref} ← ${head.ref} <code>${head.sha.slice(0, 7)}</code></p>
    <h2>Checks</h2>${runs.map(checkBox)}
    <h2>Reviews</h2>${reviews.map(reviewBox)}
    <h2>Files</h2>${files.map((file) => html`<div class="box"><b>${file.filename}</b> +${file.additions} −${file.deletions}<pre>${file.patch}</pre></div>`)}`;
}

function checkBox(run: CheckRun): Html {
  return html`<div class="box"><b>${run.name}</b> ${run.conclusion ?? run.status} ${run.output.title}<pre>${run.output.summary}</pre>${run.actions.map((action) => html`<kbd>${action.label}</kbd> `)}</div>`;
}

function reviewBox(review: Review): Html {
  return html`<div class="box"><b>${review.author}</b> ${review.state}<pre>${review.body}</pre></div>`;
}
