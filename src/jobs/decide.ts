import type { Knex } from "knex";
import { type Decision, type DecisionFacts, decide } from "../core/decision.ts";
import type { Event } from "../core/event.ts";
import { readHistory } from "../core/history.ts";
import type { Job, Outcome } from "../core/job.ts";
import { reduce } from "../core/reduce.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";
import { findRun, lockRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { closeLostSpending } from "../engine/close-spending.ts";
import { readDecisionFacts } from "../engine/decision-facts.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { Lease } from "../engine/lease.ts";
import type { AppContext } from "./context.ts";
import { reviewsOf } from "./own-attempt.ts";
import { type Act, requestAttempt } from "./request-attempt.ts";

/** Facts → the rules' decision → events and jobs, all in the transaction that ends this job. */
export async function decideRun(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const run = job.runId === null ? null : await findRun(context.world.database.knex, job.runId);
  if (run === null) return { kind: "dead", why: "there is no such run" };
  const { act } = await weigh(context, run, `job:${job.id}:${job.claimId}`);
  const end = await lease.finish(act);
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}

export type Weighed = { decision: Decision; act: Act };

/** What the rules decide for a run now, and what carries it out. */
export async function weigh(context: AppContext, run: Run, cause: string): Promise<Weighed> {
  const db = context.world.database.knex;
  const entries = await readJournal(db, run.id);
  const events = entries.map((entry) => entry.event);
  await closeLostSpending(context.world, run.id);
  const facts = await readDecisionFacts(context, run, readHistory(entries));
  const { decision, act } = await decideOn(context, { facts, events, cause });
  return { decision, act: unlessMoved(context, run, act) };
}

/** Whatever moved the run meanwhile has asked for a decision of its own. */
function unlessMoved({ world: { database } }: AppContext, { id, epoch }: Run, act: Act): Act {
  return async (trx) => {
    const now = await lockRun(database, trx, id);
    if (now?.epoch === epoch) await act(trx);
  };
}

type Occasion = { facts: DecisionFacts; events: Event[]; cause: string };

async function decideOn(context: AppContext, { facts, events, cause }: Occasion): Promise<Weighed> {
  const { run, history } = facts;
  const decision = decide(facts);
  context.world.log.info({ run: run.id, state: run.state, decision: decision.kind }, "decided");
  const deciding = { run, events, decision, number: history.requested + 1, cause };
  const carryOut =
    decision.kind === "start" ? startAndGoOn(context, facts, deciding) : prepare(context, deciding);
  return { decision, act: await carryOut };
}

/** What comes after the start is known already, so a new run does not wait for a second job to say it. */
async function startAndGoOn(context: AppContext, facts: DecisionFacts, deciding: Deciding): Promise<Act> {
  const start = await prepare(context, deciding);
  const begun = reduce(facts.run, { type: "run.started" });
  if (begun.kind === "refused") return start;
  const { events, cause } = deciding;
  const goOn = await decideOn(context, {
    facts: { ...facts, run: begun.run },
    events,
    cause: `${cause}:begun`,
  });
  return async (trx) => {
    await start(trx);
    await goOn.act(trx);
  };
}

type Deciding = { run: Run; events: Event[]; decision: Decision; number: number; cause: string };

/** What the decision does; asks GitHub, where it must, before the transaction begins. */
async function prepare(context: AppContext, deciding: Deciding): Promise<Act> {
  const { run, decision, cause } = deciding;
  const happen =
    (event: Event): Act =>
    async (trx) => {
      await advanceIn(context.world, trx, { runId: run.id, event, cause });
    };
  switch (decision.kind) {
    case "start":
      return happen({ type: "run.started" });
    case "attempt":
      return requestAttempt(context, deciding, (other) => prepare(context, { ...deciding, decision: other }));
    case "ready":
      return happen({ type: "change.ready", changeId: run.changeId ?? "", sha: run.changeSha ?? "" });
    case "publish":
      return (trx) =>
        enqueue(context.world, trx, {
          kind: "publish",
          runId: run.id,
          payload: {},
          key: `publish:${run.id}:${run.changeId}:${run.epoch}`,
          once: "ever",
        });
    case "answered": {
      const answers = await reviewsOf(context, run, decision.attempt);
      return happen({ type: "feedback.answered", answers, attempt: decision.attempt });
    }
    case "exhaust":
      return happen({ type: "attempts.exhausted", reason: decision.reason });
    case "escalate":
      return happen({ type: "run.escalated", reason: decision.reason });
    case "pause":
      return happen({ type: "run.paused", reason: decision.reason, by: "GitHub" });
    case "fail":
      return happen({ type: "attempt.failed", attempt: run.attempts, reason: decision.reason });
    case "wait":
      return (trx) => lookAgain(context, run, decision.untilMs, trx);
    default:
      return decision satisfies never;
  }
}

async function lookAgain(
  { world }: AppContext,
  run: Run,
  untilMs: number | undefined,
  trx: Knex.Transaction,
): Promise<void> {
  if (untilMs === undefined) return;
  const delayMs = Math.max(0, untilMs - (await readNow(world.database, trx)));
  await enqueue(world, trx, {
    kind: "decide",
    runId: run.id,
    payload: {},
    key: `decide:${run.id}`,
    once: "queued",
    delayMs,
  });
}
