import { findObjections } from "../core/objection.ts";
import { isOver, type Run } from "../core/run.ts";
import { advance } from "../engine/advance.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullComment } from "./fork-port.ts";
import type { PullFacts, ReviewFacts } from "./ports.ts";

/** Pauses the run when somebody upstream has objected since; true if it did. Asked once, an objection is not raised again. */
export async function heedObjections(context: AppContext, run: Run, pull: PullFacts): Promise<boolean> {
  if (pull.state === "closed" || isOver(run)) return false;
  const { github, world } = context;
  const comments = await github.readWords(targetOf(run), pull.number);
  if (comments === null) return false;
  const reviews = await github.readReviews(targetOf(run), pull.number);
  let paused = false;
  for (const { id, by, reason } of findObjections(pull.labels, wordsOf(comments, reviews))) {
    const event = { type: "run.paused", reason, by } as const;
    const told = await advance(world, { runId: run.id, event, cause: `objection:${id}` });
    paused ||= told.kind === "moved" || told.kind === "noted";
  }
  return paused;
}

function wordsOf(comments: readonly PullComment[], reviews: readonly ReviewFacts[]) {
  return [
    ...comments.map((comment) => ({ ...comment, id: `comment:${comment.id}` })),
    ...reviews.flatMap(({ id, author, association, body, comments: inline }) => [
      { id: `review:${id}`, author, association, body },
      ...inline.map((line) => ({ id: `line:${line.id}`, author, association, body: line.body })),
    ]),
  ];
}
