import type { Feedback } from "../core/event.ts";
import { isRoleAtLeast, type Role } from "../core/role.ts";
import type { Run } from "../core/run.ts";
import { readJournal } from "../database/journal.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullFacts, ReviewFacts } from "./ports.ts";
import type { Found } from "./sync.ts";

/** Reviews that ask for something and that no published change has answered, and approvals of this head. */
export async function reviewFacts(context: AppContext, run: Run, pull: PullFacts): Promise<Found[]> {
  const reviews = await context.github.readReviews(targetOf(run), pull.number);
  const open = reviews.filter((review) => !review.authorIsBot && !run.answered.includes(review.id));
  const known = await journaled(context, run);
  const found: Found[] = [];
  for (const review of open) {
    const fact =
      review.state === "approved"
        ? approval(review)
        : await request(context, run, review, known.get(review.id));
    if (fact !== null) found.push(fact);
  }
  return found;
}

/** Feedback as it was when it was first seen: an edit after that does not count. */
async function journaled({ world }: AppContext, run: Run): Promise<Map<number, Feedback>> {
  const entries = await readJournal(world.database.knex, run.id, { types: ["feedback.received"] });
  const seen = new Map<number, Feedback>();
  for (const { event } of entries) {
    if (event.type === "feedback.received" && !seen.has(event.feedback.reviewId))
      seen.set(event.feedback.reviewId, event.feedback);
  }
  return seen;
}

function approval(review: ReviewFacts): Found | null {
  if (review.commitSha === null) return null;
  return {
    event: { type: "feedback.approved", by: review.author, sha: review.commitSha },
    cause: `review:${review.id}`,
  };
}

/** Only people who may write have a say; strangers' reviews are read by people, not by the worker. */
async function request(
  context: AppContext,
  run: Run,
  review: ReviewFacts,
  known: Feedback | undefined,
): Promise<Found | null> {
  if (review.state !== "changes_requested") return null;
  const cause = `review:${review.id}`;
  if (known) return { event: { type: "feedback.received", feedback: known }, cause };
  const role = await context.github.roleOf(targetOf(run), review.author, review.association);
  if (!isRoleAtLeast(role, "triage")) return null;
  return { event: { type: "feedback.received", feedback: frozen(review, role) }, cause };
}

function frozen(review: ReviewFacts, role: Role): Feedback {
  const { id, author, body, comments, submittedAt } = review;
  return {
    reviewId: id,
    author,
    permission: role,
    verdict: "changes_requested",
    body,
    comments: comments.slice(0, 200),
    submittedAt,
  };
}
