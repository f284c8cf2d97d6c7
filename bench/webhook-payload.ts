import { createRequire } from "node:module";

type Example = { name: string; examples: Record<string, unknown>[] };

/** A new comment as GitHub sends it: the longest example of its kind. */
export function commentPayload(): string {
  const examples: Example[] = createRequire(import.meta.url)("@octokit/webhooks-examples");
  const comments = examples.find(({ name }) => name === "issue_comment")?.examples ?? [];
  const bodies = comments.filter(({ action }) => action === "created").map((one) => JSON.stringify(one));
  const [longest] = bodies.sort((a, b) => b.length - a.length);
  if (longest === undefined) throw new Error("There is no example of a new comment");
  return longest;
}
