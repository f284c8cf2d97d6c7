import type { Knex } from "knex";
import { type Decision, unaffordable } from "../core/decision.ts";
import type { Event } from "../core/event.ts";
import { readDemands } from "../core/history.ts";
import { triageOfReviews } from "../core/model-triage.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { advanceIn } from "../engine/advance.ts";
import { enqueue } from "../engine/enqueue.ts";
import { attemptSpec } from "./attempt-spec.ts";
import type { AppContext } from "./context.ts";
import { reachForAttempt } from "./reach.ts";
import { askRepository, noteFaults } from "./repository-settings.ts";
import { reserve } from "./reserve.ts";

/** What happens in the transaction that ends the job. */
export type Act = (trx: Knex.Transaction) => Promise<void>;
export type Wanted = { run: Run; events: Event[]; number: number; cause: string };
/** What is done when it turns out that there will be no attempt. */
export type Instead = (decision: Decision) => Promise<Act>;

/** Looks where the repository is, asks it, reserves what the attempt may spend, and orders it. */
export async function requestAttempt(
  context: AppContext,
  { run: known, events, number, cause }: Wanted,
  instead: Instead,
): Promise<Act> {
  const [reached, answered] = await Promise.allSettled([
    reachForAttempt(context, known),
    askRepository(context, known),
  ]);
  const reach = settledValue(reached);
  if (reach.kind === "pause") return instead({ kind: "pause", reason: reach.reason, by: "GitHub" });
  const { owner, repo, installationId } = reach;
  const run = { ...known, owner, repo, installationId };
  const asked = settledValue(answered);
  const { skip } = asked.settings;
  if (skip !== null) return instead({ kind: "escalate", reason: `the repository refuses: ${skip}` });
  const demands = readDemands(events, run);
  const spec = await attemptSpec(context, {
    run,
    number,
    demands,
    triage: triageOfReviews(demands.feedback, events),
    repository: asked,
    isPrivate: reach.private,
  });
  return async (trx) => {
    const reserved = await reserve(context.world, trx, { run, spec });
    if (reserved.kind !== "reserved") {
      // Somebody else has reserved since this was decided: what follows is decided anew, from the books alone.
      const decision = unaffordable(reserved, await readNow(context.world.database, trx));
      if (decision !== null) await (await instead(decision))(trx);
      return;
    }
    const event = { type: "attempt.requested", attempt: number } as const;
    const noted = await advanceIn(context.world, trx, { runId: run.id, event, cause });
    if (noted.kind !== "noted") return;
    await noteFaults(context, trx, run, asked.faults);
    await enqueue(context.world, trx, {
      kind: "attempt",
      runId: run.id,
      payload: reserved.spec,
      key: `attempt:${run.id}:${number}`,
      once: "ever",
      repository: `${run.owner}/${run.repo}`.toLowerCase(),
    });
  };
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}
