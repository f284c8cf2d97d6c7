import { z } from "zod";
import type { Job, Outcome } from "../core/job.ts";
import { asksSomething } from "../core/review-words.ts";
import { isOver, type Run } from "../core/run.ts";
import { type Fix, type ThreadReply, threadReplies } from "../core/thread-replies.ts";
import { findRun } from "../database/runs.ts";
import type { Lease } from "../engine/lease.ts";
import { type AppContext, targetOf } from "./context.ts";
import { findOwnAttempt, type OwnAttempt } from "./own-attempt.ts";
import { PersonsAnswer, postAnswer } from "./post-answer.ts";
import type { ThreadFacts } from "./review-port.ts";

const Payload = z.union([z.object({ attempt: z.number().int() }), PersonsAnswer]);

/** Answers each conversation of the reviews that an attempt was about, once: what stands there already is looked for first. */
export async function answerReview(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const payload = Payload.parse(job.payload);
  const run = job.runId === null ? null : await findRun(context.world.database.knex, job.runId);
  if (run === null || run.prNumber === null || isOver(run)) return { kind: "done" };
  if ("said" in payload) return postAnswer(context, run, run.prNumber, payload.said);
  const { attempt } = payload;
  const own = await findOwnAttempt(context, run, attempt);
  if (own === null) return { kind: "dead", why: `attempt ${attempt} is not one that the app asked for` };
  const fix = await fixOf(context, run, own);
  const replies = threadReplies(own.spec.packet, own.report.summary?.answers ?? [], fix);
  if (replies.length === 0) return { kind: "done" };
  const threads = new Map(
    (await context.github.readThreads(targetOf(run), run.prNumber)).map((thread) => [thread.first, thread]),
  );
  const answering = { context, run, pull: run.prNumber, attempt, sha: fix?.sha ?? null };
  for (const reply of replies) {
    if (lease.signal.aborted) return { kind: "lost" };
    await answer(answering, reply, reply.thread === null ? null : (threads.get(reply.thread) ?? null));
  }
  return { kind: "done" };
}

/** What was really published for the attempt; null where it only answered. */
async function fixOf(context: AppContext, run: Run, { report, spec }: OwnAttempt): Promise<Fix | null> {
  if (report.change === null) return null;
  const { sha, parentSha, mergedSha } = report.change;
  if (spec.packet.threads.length === 0) return { sha, parentSha, files: [] };
  const files = await context.github.readCommitFiles(targetOf(run), sha);
  // A merge brings what others did to the base as well: whose lines are whose cannot be told.
  return { sha, parentSha: mergedSha ? mergedSha : parentSha, files };
}

type Answering = { context: AppContext; run: Run; pull: number; attempt: number; sha: string | null };

async function answer(
  { context, run, pull, attempt, sha }: Answering,
  reply: ThreadReply,
  thread: ThreadFacts | null,
): Promise<void> {
  const { github, texts } = context;
  const place = reply.thread === null ? `review-${reply.reviewId}` : String(reply.thread);
  const { marker, body } = texts.threadReply(reply, { sha, key: `${run.id}/${attempt}/${place}` });
  if (reply.thread === null) return github.answerOnPull(targetOf(run), { pull, marker, body });
  if (thread === null || thread.comments === null) return; // gone, or too long to know what stands in it
  const isThere = thread.comments.some(({ own, body: said }) => own && said.includes(marker));
  if (!isThere && !(await github.replyInThread(targetOf(run), { pull, thread: reply.thread, body }))) return;
  if (reply.resolve && mayResolve(thread)) await resolve(context, run, thread);
}

/** Whoever asked something in it, at whatever time, decides when it is over. */
function mayResolve({ resolved, comments }: ThreadFacts): boolean {
  return !resolved && comments !== null && !comments.some(({ own, body }) => !own && asksSomething(body));
}

async function resolve({ github, world }: AppContext, run: Run, { node, first }: ThreadFacts): Promise<void> {
  if (await github.resolveThread(targetOf(run), node)) return;
  world.log.warn({ run: run.id, thread: first }, "GitHub does not let us resolve a conversation");
}
