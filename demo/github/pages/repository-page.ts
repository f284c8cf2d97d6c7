import type { Hub } from "../hub.ts";
import { fullName } from "../repositories.ts";
import type { Issue } from "../store/conversation.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { document, type Html, html } from "./html.ts";

export function homePage(hub: Hub): string {
  const rows = [...hub.store.repositories.values()].map(
    (row) => html`<li><a href="/${fullName(row)}">${fullName(row)}</a></li>`,
  );
  return document("Local GitHub", html`<h1>Repositories</h1><ul>${rows}</ul>`);
}

export async function repositoryPage(hub: Hub, repository: Repository): Promise<string> {
  const all = where(hub.store.issues, (row) => row.repositoryId === repository.id).reverse();
  const branches = [...repository.refs].filter(([ref]) => ref.startsWith("refs/heads/"));
  const body = html`<h1>${fullName(repository)}</h1>
    <h2>Pull requests</h2>${listOf(
      repository,
      all.filter((row) => row.pull),
    )}
    <h2>Issues</h2>${listOf(
      repository,
      all.filter((row) => !row.pull),
    )}
    <h2>Branches</h2><ul>${branches.map(([ref, sha]) => html`<li>${ref.slice(11)} <code>${sha.slice(0, 7)}</code></li>`)}</ul>`;
  return await Promise.resolve(document(fullName(repository), body));
}

function listOf(repository: Repository, issues: readonly Issue[]): Html {
  if (issues.length === 0) return html`<p class="quiet">none</p>`;
  const line = (row: Issue) =>
    html`<li><a href="/${fullName(repository)}/${row.pull ? "pull" : "issues"}/${row.number}">#${row.number} ${row.title}</a> <span class="quiet">${stateOf(row)}, by ${row.author}</span></li>`;
  return html`<ul>${issues.map(line)}</ul>`;
}

export function stateOf(issue: Issue): string {
  if (issue.pull?.mergedAt) return "merged";
  return issue.pull?.draft && issue.state === "open" ? "draft" : issue.state;
}
