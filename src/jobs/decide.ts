import { type Chosen, decidedEvent } from "../core/choose-decision.ts";
import { type Decision, type DecisionFacts, isWorking, rule } from "../core/decision.ts";
import type { Event } from "../core/event.ts";
import type { Job, Outcome } from "../core/job.ts";
import type { ManagerTriaged } from "../core/manager-events.ts";
import { reduce } from "../core/reduce.ts";
import type { Run } from "../core/run.ts";
import { type Entry, readJournal } from "../database/journal.ts";
import { findRun, lockRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { closeLostSpending } from "../engine/close-spending.ts";
import { readDecisionFacts } from "../engine/decision-facts.ts";
import type { Lease } from "../engine/lease.ts";
import { advise, hashOfFacts } from "./advise.ts";
import { prepare } from "./carry-out.ts";
import type { AppContext } from "./context.ts";
import { noteFailure } from "./note-failure.ts";
import type { Act } from "./request-attempt.ts";
import { triageReviews } from "./triage-reviews.ts";

/** Facts → legal decisions → choice → events and jobs, all in the transaction that ends this job. */
export async function decideRun(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const run = job.runId === null ? null : await findRun(context.world.database.knex, job.runId);
  if (run === null) return { kind: "dead", why: "there is no such run" };
  const cause = `job:${job.id}:${job.claimId}`;
  try {
    const { act } = await weigh(context, run, { cause, signal: lease.signal });
    const end = await lease.finish(act);
    return end === "lost" ? { kind: "lost" } : { kind: "done" };
  } catch (error) {
    if (!lease.signal.aborted) await noteFailure(context, run, { cause, error });
    throw error;
  }
}

export type Weighed = { decision: Decision; act: Act };
type Occasion = { cause: string; signal: AbortSignal };

/** What is decided for a run now, and what carries it out. */
export async function weigh(context: AppContext, run: Run, occasion: Occasion): Promise<Weighed> {
  await closeLostSpending(context.world, run.id);
  const { facts, entries } = await readFacts(context, run);
  const events = entries.map((entry) => entry.event);
  const { decision, act } = await decideOn(context, { facts, events, ...occasion });
  return { decision, act: unlessMoved(context, run, act) };
}

/** Whatever moved the run meanwhile has asked for a decision of its own. */
function unlessMoved({ world: { database } }: AppContext, { id, epoch }: Run, act: Act): Act {
  return async (trx) => {
    const now = await lockRun(database, trx, id);
    if (now?.epoch === epoch) await act(trx);
  };
}

/** All that a decision about a run depends on, read and nothing else. */
export async function readFacts(
  context: AppContext,
  run: Run,
): Promise<{ facts: DecisionFacts; entries: Entry[] }> {
  const entries = await readJournal(context.world.database.knex, run.id);
  return { facts: await readDecisionFacts(context, run, entries), entries };
}

type Deciding = Occasion & { facts: DecisionFacts; events: Event[] };

async function decideOn(context: AppContext, deciding: Deciding): Promise<Weighed> {
  const { facts, cause, signal } = deciding;
  const { run, history } = facts;
  const made = await advise(context, facts, rule(facts), signal);
  const { decision } = made;
  // Whoever is asked what is to be done sees what the model would do.
  const wanted = decision.kind === "attempt" || made.rule === "asked";
  const triaged = wanted ? await triageReviews(context, facts, deciding.events, signal) : [];
  const note = decidedEvent(made, hashOfFacts(facts));
  const about = { run: run.id, state: run.state, decision: decision.kind, rule: made.rule };
  context.world.log.info({ ...about, source: made.source, facts: note.facts }, "decided");
  const events = [...deciding.events, ...triaged, note];
  const now = { run, events, decision, number: history.requested + 1, cause };
  const act =
    decision.kind === "start"
      ? await startAndGoOn(context, { ...deciding, events }, await prepare(context, now))
      : await prepare(context, now);
  return { decision, act: journaled(context, run, { made, notes: [...triaged, note], cause }, act) };
}

/** What comes after the start is known already, so a new run does not wait for a second job to say it. */
async function startAndGoOn(context: AppContext, deciding: Deciding, start: Act): Promise<Act> {
  const { facts, cause } = deciding;
  const begun = reduce(facts.run, { type: "run.started" });
  if (begun.kind === "refused") return start;
  const next = { ...deciding, facts: { ...facts, run: begun.run }, cause: `${cause}:begun` };
  const goOn = isWorking(begun.run) ? await decideOn(context, next) : null;
  return async (trx) => {
    await start(trx);
    await goOn?.act(trx);
  };
}

type Noted = { made: Chosen; notes: (ManagerTriaged | ReturnType<typeof decidedEvent>)[]; cause: string };

/** The decision stands in the journal before what it does; waiting on the same facts stands there once. */
function journaled({ world }: AppContext, run: Run, { made, notes, cause }: Noted, act: Act): Act {
  return async (trx) => {
    for (const event of notes) {
      const again = event.type === "manager.decided" && made.decision.kind === "wait";
      const own = event.type === "manager.decided" ? "decided" : `triaged:${event.reviewId}`;
      const by = again ? `waiting:${event.facts}` : `${cause}:${own}`;
      await advanceIn(world, trx, { runId: run.id, event, cause: by });
    }
    await act(trx);
  };
}
