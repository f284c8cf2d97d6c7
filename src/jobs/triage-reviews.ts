import type { DecisionFacts } from "../core/decision.ts";
import type { Event, Feedback } from "../core/event.ts";
import { readDemands } from "../core/history.ts";
import type { ManagerTriaged } from "../core/manager-events.ts";
import type { Question } from "../core/manager-question.ts";
import { heedTriage, threadsOf, untriaged } from "../core/model-triage.ts";
import { askManager } from "./ask-manager.ts";
import type { AppContext } from "./context.ts";

const MOST_REVIEWS = 5;

/** What becomes of each thread of the reviews that nobody has triaged yet; a model's failure leaves a review to the rules. */
export async function triageReviews(
  context: AppContext,
  facts: Pick<DecisionFacts, "run" | "policy">,
  events: readonly Event[],
  signal: AbortSignal,
): Promise<ManagerTriaged[]> {
  const { mode } = context.manager;
  if (mode === "rules" || facts.run.iteratingFor !== "feedback") return [];
  const { feedback } = readDemands(events, facts.run);
  const triaged: ManagerTriaged[] = [];
  for (const review of untriaged(feedback, events).slice(0, MOST_REVIEWS))
    triaged.push(await triageReview(context, facts, review, signal));
  return triaged;
}

async function triageReview(
  context: AppContext,
  { run, policy }: Pick<DecisionFacts, "run" | "policy">,
  review: Feedback,
  signal: AbortSignal,
): Promise<ManagerTriaged> {
  const question = questionAbout(review, run.request.title);
  const subject = `review:${review.reviewId}`;
  const heard = await askManager(context, { run, policy, question, subject, signal });
  const about = { type: "manager.triaged", reviewId: review.reviewId } as const;
  return heard.kind === "answered"
    ? { ...about, source: "llm", threads: heedTriage(review, heard.answer) }
    : { ...about, source: "fallback", threads: heedTriage(review, { threads: [] }) };
}

export function questionAbout(review: Feedback, task: string): Question<"triage_review"> {
  const threads = threadsOf(review);
  return {
    name: "triage_review",
    facts: {
      verdict: review.verdict,
      permission: review.permission,
      threads: threads.map(({ thread, line }) => ({ id: thread, line })),
    },
    words: {
      task,
      ...Object.fromEntries(
        threads.map(({ thread, path, words }) => [
          `thread_${thread}`,
          path === null ? words : `${path}\n${words}`,
        ]),
      ),
    },
    choices: threads.map(({ thread }) => thread),
  };
}
