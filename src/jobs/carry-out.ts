import type { Knex } from "knex";
import type { Decision } from "../core/decision.ts";
import type { Event } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { insertNotice } from "../database/notices.ts";
import { advanceIn } from "../engine/advance.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { AppContext } from "./context.ts";
import { reviewsOf } from "./own-attempt.ts";
import { type Act, requestAttempt } from "./request-attempt.ts";

export type Deciding = { run: Run; events: Event[]; decision: Decision; number: number; cause: string };

/** What the decision does; asks GitHub, where it must, before the transaction begins. */
export async function prepare(context: AppContext, deciding: Deciding): Promise<Act> {
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
      return (trx) => askToPublish(context, run, trx);
    case "answered": {
      const answers = await reviewsOf(context, run, decision.attempt);
      return happen({ type: "feedback.answered", answers, attempt: decision.attempt });
    }
    case "exhaust":
      return happen({ type: "attempts.exhausted", reason: decision.reason });
    case "escalate":
      return happen({ type: "run.escalated", reason: decision.reason });
    case "pause":
      return decision.by === "GitHub"
        ? happen({ type: "run.paused", reason: decision.reason, by: decision.by })
        : pauseAndTell(context, deciding, decision);
    case "fail":
      return happen({ type: "attempt.failed", attempt: run.attempts, reason: decision.reason });
    case "wait":
      return (trx) => lookAgain(context, run, decision.untilMs, trx);
    default:
      return decision satisfies never;
  }
}

function askToPublish({ world }: AppContext, run: Run, trx: Knex.Transaction): Promise<void> {
  return enqueue(world, trx, {
    kind: "publish",
    runId: run.id,
    payload: {},
    key: `publish:${run.id}:${run.changeId}:${run.epoch}`,
    once: "ever",
  });
}

type Pause = Extract<Decision, { kind: "pause" }>;

/** The manager gives up on a run for now, and says so to whoever looks after it. */
function pauseAndTell({ world }: AppContext, { run, cause }: Deciding, { reason, by }: Pause): Act {
  return async (trx) => {
    const event: Event = { type: "run.paused", by, reason };
    const { kind } = await advanceIn(world, trx, { runId: run.id, event, cause });
    if (kind !== "moved") return;
    await insertNotice(world.database, trx, {
      runId: run.id,
      priority: "high",
      text: `Run ${run.id} on ${run.owner}/${run.repo} was paused: ${reason}. Look at it, then resume it.`,
      cause: `manager:paused:${run.id}:${run.epoch}`,
    });
  };
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
