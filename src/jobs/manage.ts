import { matterOf } from "../core/choose-decision.ts";
import { isWorking, rule } from "../core/decision.ts";
import type { Outcome } from "../core/job.ts";
import { isOver, type Run, type State } from "../core/run.ts";
import { claimExactly } from "../database/claim-exactly.ts";
import { nextDueJob } from "../database/job-queries.ts";
import { findRun, listOpenRuns } from "../database/runs.ts";
import { enqueue } from "../engine/enqueue.ts";
import { LEASE_MS } from "../engine/lease.ts";
import { carryOut } from "../engine/worker.ts";
import { workerName } from "../engine/worker-name.ts";
import { contextOf, type SharedContext } from "./context.ts";
import { readFacts } from "./decide.ts";
import { appHandlers } from "./handlers.ts";
import { patrol } from "./patrol.ts";

export type TickOrder = {
  /** This run alone; null: every run that is not over, those longest untouched first. */
  runId: string | null;
  limit: number;
  maxActions: number;
  dryRun: boolean;
  signal: AbortSignal;
};

export type Action = {
  action: string;
  state: State;
  outcome: Outcome["kind"] | "planned" | "unwritten";
  reason: string;
};
export type Managed = { run_id: string; repo: string; state: State; actions: Action[]; ok: boolean };
export type Tick = { run_count: number; progressed_count: number; failed_count: number; results: Managed[] };

/** Each run is decided on, and what is due for it is done here; work that another process holds is left to it. */
export async function tick(context: SharedContext, order: TickOrder): Promise<Tick> {
  const { knex } = context.world.database;
  if (order.runId === null && !order.dryRun) await patrol(context);
  const named = order.runId === null ? null : await findRun(knex, order.runId);
  const runs = order.runId === null ? await listOpenRuns(knex, order.limit) : named === null ? [] : [named];
  const results: Managed[] = [];
  for (const run of runs) {
    if (order.signal.aborted) break;
    results.push(await manage(context, run, order));
  }
  return {
    run_count: results.length,
    progressed_count: results.filter(({ actions }) => actions.some(({ outcome }) => outcome === "done"))
      .length,
    failed_count: results.filter(({ ok }) => !ok).length,
    results,
  };
}

async function manage(context: SharedContext, run: Run, order: TickOrder): Promise<Managed> {
  const actions = order.dryRun ? await plan(context, run) : await drive(context, run, order);
  const now = (await findRun(context.world.database.knex, run.id)) ?? run;
  const ok = actions.every(({ outcome }) => outcome !== "dead" && outcome !== "retry");
  return { run_id: run.id, repo: `${run.owner}/${run.repo}`, state: now.state, actions, ok };
}

/** What would be decided now. Nothing is written, and no model is asked. */
async function plan(shared: SharedContext, run: Run): Promise<Action[]> {
  const context = contextOf(shared, run.mode);
  if (context === null) return [];
  const { facts } = await readFacts(context, run);
  const ruling = rule(facts);
  const { decision } = ruling;
  const matter = matterOf(shared.manager.mode, ruling, facts);
  const words =
    decision.kind === "wait" ? decision.why : "reason" in decision ? decision.reason : ruling.rule;
  const reason = matter === null ? words : `${words}; the model would be asked: ${matter}`;
  return [{ action: decision.kind, state: run.state, outcome: "planned", reason }];
}

async function drive(context: SharedContext, run: Run, { maxActions, signal }: TickOrder): Promise<Action[]> {
  await reconsider(context, run);
  return workDue(context, { runId: run.id, most: maxActions, signal });
}

/** Asks for a decision where something may be left to decide; one that waits already is enough. */
async function reconsider({ world }: SharedContext, run: Run): Promise<void> {
  if (isOver(run) || !(isWorking(run) || run.state === "QUEUED" || run.state === "PUSHED")) return;
  const job = {
    kind: "decide",
    runId: run.id,
    payload: {},
    key: `decide:${run.id}`,
    once: "queued",
  } as const;
  await world.database.transaction((trx) => enqueue(world, trx, job));
}

type Due = { runId: string | null; most: number; signal: AbortSignal };

/** Carries out what is due in the app's lane, of one run or of all, under the same leases as any app. */
export async function workDue(context: SharedContext, { runId, most, signal }: Due): Promise<Action[]> {
  const { database } = context.world;
  const handlers = appHandlers(context, null);
  const actions: Action[] = [];
  while (actions.length < most && !signal.aborted) {
    const due = await nextDueJob(database, runId);
    if (due === null) break;
    const job = await claimExactly(database, database.knex, {
      ...{ id: due.id, worker: workerName("manager"), leaseMs: LEASE_MS },
    });
    if (job === null) break; // somebody else works on it
    const outcome = await carryOut(context.world, { handlers }, job, signal);
    const run = job.runId === null ? null : await findRun(database.knex, job.runId);
    const state = run?.state ?? "QUEUED";
    const reason = outcome !== null && "why" in outcome ? outcome.why : "";
    actions.push({ action: job.kind, state, outcome: outcome?.kind ?? "unwritten", reason });
    if (outcome?.kind !== "done") break;
  }
  return actions;
}
