import type { Knex } from "knex";
import { z } from "zod";
import type { Feedback } from "../core/event.ts";
import { readDemands } from "../core/history.ts";
import { isOver, type Run } from "../core/run.ts";
import { conversationsOf } from "../core/triage.ts";
import { hasOpenJob } from "../database/job-queries.ts";
import { hasCause, readJournal } from "../database/journal.ts";
import { lockRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, nameOf } from "./actor.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Reply, refuse } from "./reply.ts";
import { answerOf } from "./steer.ts";

export const answer = action({
  summary: "Answer a run's reviewers yourself; the engine posts the words, and changes nothing for them",
  aliases: [],
  tier: "write",
  input: RunInput.extend({ text: z.string().trim().min(1).max(6_000) }),
  examples: [
    '/agentpr answer text="it has to be so, because of #7"',
    'agentpr answer --run-id run_1a2b3c4d5e6f --text "it has to be so"',
  ],
  run: (context, actor, input) =>
    withRun(context, actor, input, ({ id }) => answerReviews(context, actor, id, input.text)),
});

/** Looked at and written in one transaction, so that no attempt begins on what a person is just answering. */
async function answerReviews(
  { world }: ActionContext,
  actor: Actor,
  runId: string,
  text: string,
): Promise<Reply> {
  return world.database.transaction(async (trx) => {
    const run = await lockRun(world.database, trx, runId);
    const events = (await readJournal(trx, runId)).map(({ event }) => event);
    const feedback = run === null ? [] : readDemands(events, run).feedback;
    const why = run === null ? null : await obstacle(trx, run, feedback);
    const isNew = !(await hasCause(trx, runId, actor.cause));
    if (isNew && why !== null) return refuse(`Not done: ${why}.`);
    const event = {
      ...({ type: "human.answered", by: nameOf(actor), text, thread: onlyThread(feedback) } as const),
      answers: feedback.map(({ reviewId }) => reviewId),
      to: [...new Set(feedback.map(({ author }) => author))].slice(0, 50),
    };
    return answerOf(await advanceIn(world, trx, { runId, event, cause: actor.cause }));
  });
}

async function obstacle(
  trx: Knex.Transaction,
  run: Run,
  feedback: readonly Feedback[],
): Promise<string | null> {
  if (isOver(run) || !run.prOpen) return "it has no open pull request";
  if (feedback.length === 0) return "no reviewer waits for an answer";
  const works = (await hasOpenJob(trx, run.id, "attempt")) || (await hasOpenJob(trx, run.id, "settle"));
  return run.state === "ITERATING" && works ? "Codex is at work on it; pause it first" : null;
}

/** The conversation where the words belong; null where more was said than one thing at one line. */
function onlyThread(feedback: readonly Feedback[]): number | null {
  const [only, ...others] = feedback;
  if (only === undefined || others.length > 0 || only.body.trim() !== "") return null;
  const [first, ...more] = conversationsOf(only);
  return first === undefined || more.length > 0 ? null : first.thread;
}
