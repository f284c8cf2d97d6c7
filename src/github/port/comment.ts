import type { GitHubPort, Target } from "../../jobs/ports.ts";
import type { GitHubClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { edgePages, orNull } from "./pages.ts";

const MOST_PAGES = 4;

type NewComment = Parameters<GitHubPort["putComment"]>[1];
type Where = { owner: string; repo: string };

/** Edits the comment we know, else the one of ours that carries the marker, else makes one. */
export async function putComment(client: GitHubClient, target: Target, comment: NewComment): Promise<number> {
  const where = { owner: target.owner, repo: target.repo };
  return client.as(target, "comment", async (octokit) => {
    const { knownId, body } = comment;
    if (knownId !== null && (await edit(octokit, where, { id: knownId, body }))) return knownId;
    const found = comment.isNew ? null : await findMarked({ client, octokit, where }, comment);
    if (found !== null && (found.body === body || (await edit(octokit, where, { id: found.id, body }))))
      return found.id;
    const made = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...where,
      issue_number: comment.issue,
      body,
    });
    return Number(made.data.id);
  });
}

/** False when somebody has deleted it. */
async function edit(
  octokit: Octokit,
  where: Where,
  { id, body }: { id: number; body: string },
): Promise<boolean> {
  const edited = octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...where,
    comment_id: id,
    body,
  });
  return (await orNull(edited)) !== null;
}

type Search = { client: GitHubClient; octokit: Octokit; where: Where };

/** Anybody can write a marker, so only a comment that our app made counts. */
async function findMarked(
  { client, octokit, where }: Search,
  { issue, marker }: NewComment,
): Promise<{ id: number; body: string } | null> {
  const comments = await edgePages(
    (page) =>
      octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...where,
        issue_number: issue,
        per_page: 100,
        page,
      }),
    MOST_PAGES,
  );
  const ours = comments.find(
    (row) => row.performed_via_github_app?.id === client.appId && row.body?.includes(marker),
  );
  return ours === undefined ? null : { id: Number(ours.id), body: ours.body ?? "" };
}

type Reaction = { commentId: number; content: Parameters<GitHubPort["react"]>[2] };

/** GitHub keeps one reaction of a kind per person, so asking twice is harmless; a deleted comment needs none. */
export async function react(
  client: GitHubClient,
  target: Target,
  { commentId, content }: Reaction,
): Promise<void> {
  const { owner, repo } = target;
  await client.as(target, "react", (octokit) =>
    orNull(
      octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
        owner,
        repo,
        comment_id: commentId,
        content,
      }),
    ),
  );
}
