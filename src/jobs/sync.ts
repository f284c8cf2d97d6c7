import { z } from "zod";
import type { Event, EventType } from "../core/event.ts";
import type { Job, Outcome } from "../core/job.ts";
import { movedBranch } from "../core/moved-branch.ts";
import { isOver, type Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { hasOpenJob } from "../database/job-queries.ts";
import { findRun } from "../database/runs.ts";
import { advance } from "../engine/advance.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { Lease } from "../engine/lease.ts";
import { type AppContext, targetOf } from "./context.ts";
import { isOwnHead } from "./own-head.ts";
import type { PullFacts } from "./ports.ts";
import { pauseIfElsewhere, pauseIfOutOfReach } from "./reach.ts";
import { readyPull } from "./ready-pull.ts";
import { checkFacts, untilSettled } from "./sync-checks.ts";
import { heedObjections } from "./sync-objections.ts";
import { reviewFacts } from "./sync-reviews.ts";

/** A fact that was read, named by what it is about; the run's epoch is added, so that a new stay finds it anew. */
export type Found = { event: Event; cause: string };
export type Reading = { found: Found[]; againInMs: number | null };

/** `newHead`: we have just made the head ourselves, so there is nothing to be found before its checks can be believed. */
const Order = z.object({ newHead: z.boolean().default(false) });

/** Reads the truth about a pull request and tells the run: webhooks are hints, and what happened while we looked away counts. */
export async function syncRun(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const run = job.runId === null ? null : await findRun(context.world.database.knex, job.runId);
  if (run === null || run.prNumber === null || run.state === "DONE") return { kind: "done" };
  const tooEarlyMs = Order.parse(job.payload).newHead ? await untilSettled(context, run) : 0;
  if (tooEarlyMs > 0) {
    await lookAgain(context, run, tooEarlyMs);
    return { kind: "done" };
  }
  const told = await lookOrPause(context, run, { signal: lease.signal, dryRun: false });
  if (told === "gone") return { kind: "dead", why: `pull request #${run.prNumber} is not there any more` };
  return told === "lost" ? { kind: "lost" } : { kind: "done" };
}

/** GitHub hides what is out of reach behind all kinds of refusals; whether it is that, is asked only when something fails. */
async function lookOrPause(context: AppContext, run: Run, look: Look): Promise<Looked> {
  const cause = `reach:${run.id}@${run.epoch}`;
  try {
    const told = await lookAt(context, run, look);
    return told === "gone" && (await pauseIfOutOfReach(context, run, cause)) ? ["run.paused"] : told;
  } catch (error) {
    if (!isOver(run) && run.state !== "PAUSED" && (await pauseIfOutOfReach(context, run, cause)))
      return ["run.paused"];
    throw error;
  }
}

type Looked = EventType[] | "gone" | "lost";
type Look = { signal: AbortSignal /** Tells the run nothing. */; dryRun: boolean };

/** One look; answers with what the run was told by it, or would be. */
export async function lookAt(context: AppContext, run: Run, { signal, dryRun }: Look): Promise<Looked> {
  const pull = run.prNumber === null ? null : await context.github.readPull(targetOf(run), run.prNumber);
  if (pull === null) return "gone";
  if (!dryRun && (await isStopped(context, run, pull))) return ["run.paused"];
  const reading = await readAll(context, run, pull);
  const types = reading.found.map(({ event }) => event.type);
  if (dryRun) return types;
  for (const { event, cause } of reading.found) {
    if (signal.aborted) return "lost";
    await advance(context.world, { runId: run.id, event, cause: `${cause}@${run.epoch}` });
  }
  if (reading.againInMs !== null) await lookAgain(context, run, reading.againInMs);
  await readyPull(context, run, pull);
  return types;
}

async function isStopped(context: AppContext, run: Run, pull: PullFacts): Promise<boolean> {
  return (await pauseIfElsewhere(context, run, pull)) || heedObjections(context, run, pull);
}

async function readAll(context: AppContext, run: Run, pull: PullFacts): Promise<Reading> {
  const ended = endOf(run, pull);
  if (ended !== null) return { found: [ended], againInMs: null };
  if (isOver(run)) return { found: [], againInMs: null };
  const moved = await headMove(context, run, pull);
  if (moved !== null) return moved;
  if (!isWaiting(run)) return { found: [], againInMs: null };
  const conflict: Found[] =
    pull.mergeable === false
      ? [
          {
            event: { type: "base.conflicted", reason: `${pull.baseBranch} no longer merges` },
            cause: `conflict:${pull.headSha}:${pull.baseSha}`,
          },
        ]
      : [];
  const [checks, reviews] = [await checkFacts(context, run, pull), await reviewFacts(context, run, pull)];
  const found = [...conflict, ...checks.found, ...reviews, ...outdated(pull)];
  return { found, againInMs: checks.againInMs };
}

/** GitHub says so only where a rule demands it; what the reviewers want comes first. */
function outdated({ outdated: behind, baseBranch, headSha, baseSha }: PullFacts): Found[] {
  if (!behind) return [];
  const reason = `${baseBranch} has moved, and its rules ask for branches that are up to date`;
  return [{ event: { type: "base.outdated", reason }, cause: `outdated:${headSha}:${baseSha}` }];
}

/**
 * Only a run that waits, or mends what checks found, can be moved by checks and reviews; whatever else it does, it reads
 * them anew when it waits again.
 */
function isWaiting({ state, iteratingFor }: Run): boolean {
  return state === "CI_WAIT" || state === "REVIEW_WAIT" || iteratingFor === "checks";
}

/** Merged, closed or opened again: what a pull request's state says by itself. */
function endOf(run: Run, pull: PullFacts): Found | null {
  const at = `${pull.number}:${pull.updatedAt}`;
  if (pull.merged)
    return {
      event: { type: "pr.merged", by: pull.mergedBy, sha: pull.headSha },
      cause: `merged:${pull.number}`,
    };
  if (pull.state === "closed")
    return run.prOpen ? { event: { type: "pr.closed", by: null }, cause: `closed:${at}` } : null;
  return run.prOpen ? null : { event: { type: "pr.reopened" }, cause: `reopened:${at}` };
}

const LAG_MS = 2_000;

/** A head that is not ours: GitHub may lag behind our own push; anything else is a person, and they win. */
async function headMove({ world }: AppContext, run: Run, pull: PullFacts): Promise<Reading | null> {
  if (pull.headSha === run.publishedSha) return null;
  const db = world.database.knex;
  const publishing = await hasOpenJob(db, run.id, "publish");
  if (publishing || (await isOwnHead(db, run.id, pull.headSha, await readNow(world.database))))
    return { found: [], againInMs: LAG_MS };
  const reason = movedBranch(run, pull.headSha);
  return {
    found: [{ event: { type: "run.escalated", reason }, cause: `moved:${pull.headSha}` }],
    againInMs: null,
  };
}

async function lookAgain({ world }: AppContext, run: Run, delayMs: number): Promise<void> {
  const request = {
    kind: "sync",
    runId: run.id,
    payload: {},
    key: `sync:${run.id}`,
    once: "queued",
    delayMs,
  } as const;
  await world.database.transaction((trx) => enqueue(world, trx, request));
}
