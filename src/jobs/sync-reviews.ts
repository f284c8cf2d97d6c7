import type { Event, EventType, Feedback } from "../core/event.ts";
import { isRoleAtLeast, type Role } from "../core/role.ts";
import type { Run } from "../core/run.ts";
import { isIdle } from "../core/triage.ts";
import { readJournal } from "../database/journal.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullFacts, ReviewFacts } from "./ports.ts";
import type { Found } from "./sync.ts";

/**
 * Reviews that ask for something and that nothing has answered yet, approvals of this head, and, once each, reviews
 * that cause nothing because of who made them.
 */
export async function reviewFacts(context: AppContext, run: Run, pull: PullFacts): Promise<Found[]> {
  const reviews = await context.github.readReviews(targetOf(run), pull.number);
  const told = await journaled(context, run);
  const waited = awaitedFact(pull, told);
  const open = reviews.filter(({ id }) => !run.answered.includes(id) && !told.unheard.has(id));
  const found: Found[] = waited === null ? [] : [waited];
  for (const review of open) {
    const fact = await factOf(context, run, review, told.feedback.get(review.id));
    if (fact !== null) found.push({ event: fact, cause: `review:${review.id}` });
  }
  return found;
}

/** Who has been asked and has not spoken is told when it has changed. */
function awaitedFact({ awaited, number, updatedAt }: PullFacts, told: Told): Found | null {
  const logins = [...awaited].sort();
  if (JSON.stringify(logins) === JSON.stringify(told.awaited)) return null;
  return { event: { type: "reviewers.awaited", logins }, cause: `awaited:${number}:${updatedAt}:${logins}` };
}

type Told = { feedback: Map<number, Feedback>; unheard: Set<number>; awaited: string[] };

/** Feedback as it was when it was first seen: an edit after that does not count. */
async function journaled({ world }: AppContext, run: Run): Promise<Told> {
  const types: EventType[] = ["feedback.received", "feedback.unheard", "reviewers.awaited"];
  const told: Told = { feedback: new Map(), unheard: new Set(), awaited: [] };
  for (const { event } of await readJournal(world.database.knex, run.id, { types })) {
    if (event.type === "reviewers.awaited") told.awaited = event.logins;
    if (event.type === "feedback.unheard") told.unheard.add(event.reviewId);
    if (event.type === "feedback.received" && !told.feedback.has(event.feedback.reviewId))
      told.feedback.set(event.feedback.reviewId, event.feedback);
  }
  return told;
}

async function factOf(
  context: AppContext,
  run: Run,
  review: ReviewFacts,
  known: Feedback | undefined,
): Promise<Event | null> {
  if (review.state === "approved" && !review.authorIsBot) return approval(review);
  const verdict = VERDICTS[review.state];
  if (verdict === undefined) return null;
  if (known) return { type: "feedback.received", feedback: known };
  return asked(context, run, review, verdict);
}

const VERDICTS: Partial<Record<ReviewFacts["state"], Feedback["verdict"]>> = {
  changes_requested: "changes_requested",
  commented: "commented",
};

function approval({ commitSha, author }: ReviewFacts): Event | null {
  return commitSha === null ? null : { type: "feedback.approved", by: author, sha: commitSha };
}

/** Only people with a role have a say; what others write is read by people, not by the worker. */
async function asked(
  context: AppContext,
  run: Run,
  review: ReviewFacts,
  verdict: Feedback["verdict"],
): Promise<Event | null> {
  const { id: reviewId, author } = review;
  if (author === (await context.github.botIdentity()).login) return null;
  if (isIdle(frozen(review, verdict, "none"))) return null;
  if (review.authorIsBot) return { type: "feedback.unheard", reviewId, author, because: "bot" };
  const role = await context.github.roleOf(targetOf(run), author, review.association);
  if (!isRoleAtLeast(role, "triage"))
    return { type: "feedback.unheard", reviewId, author, because: "no_permission" };
  return { type: "feedback.received", feedback: frozen(review, verdict, role) };
}

function frozen(review: ReviewFacts, verdict: Feedback["verdict"], permission: Role): Feedback {
  const { id: reviewId, author, body, comments, submittedAt } = review;
  return { reviewId, author, permission, verdict, body, comments: comments.slice(0, 200), submittedAt };
}
