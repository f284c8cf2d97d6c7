import { loadAppKey } from "../config/app-key.ts";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import { loadPolicy } from "../config/policy-file.ts";
import { promptFault } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import type { Policy } from "../core/policy.ts";
import { EXIT, messageOf, Problem } from "../core/problem.ts";
import { isOver } from "../core/run.ts";
import { findRun } from "../database/runs.ts";
import { waited } from "../engine/lease.ts";
import { reclaimLoop } from "../engine/reclaim.ts";
import type { SharedContext } from "../jobs/context.ts";
import { type Tick, type TickOrder, tick, workDue } from "../jobs/manage.ts";
import { promptsOf, sharedContext } from "./app-context.ts";
import { openLog, openWorld } from "./open-world.ts";

export type { Tick } from "../jobs/manage.ts";

export type ManagerOrder = TickOrder & {
  /** Takes the place of every run's own prompt version. */
  promptVersion: string | null;
  /** Flags over the policy. */
  policy: Partial<Policy>;
  /** Ticks at most; 0: until stopped. */
  loops: number;
  intervalMs: number;
  onTick(tick: Tick): void;
};

/** The manager alone, beside an app or without one: ticks, and in between whatever comes due. */
export async function runManager(settings: AppSettings, order: ManagerOrder): Promise<void> {
  refuseUnknownPrompt(settings, order.promptVersion);
  const log = openLog(settings.logLevel === "info" ? "error" : settings.logLevel, "manager");
  const world = await openWorld({
    databaseUrl: settings.databaseUrl,
    key: loadAppKey(settings.dataDir),
    log,
    traces: settings.traces,
  });
  try {
    const base = loadPolicy(settings.policyFile).policyFor;
    const context = await sharedContext({
      ...{ settings, world, promptVersion: order.promptVersion },
      credentials: readGitHubCredentials(settings),
      token: (await readGitHubToken(settings))?.token ?? null,
      policyFor: (repository) => base(repository, order.policy),
    });
    await requireRun(context, order.runId);
    await reclaiming(context, () => loop(context, order, settings.pollMs));
  } finally {
    await world.close();
  }
}

/** Jobs of workers that fell silent come back meanwhile, as they do in an app. */
async function reclaiming({ world }: SharedContext, work: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  const reclaims = reclaimLoop(world, ended.signal);
  try {
    await work();
  } finally {
    ended.abort();
    await reclaims;
  }
}

async function loop(context: SharedContext, order: ManagerOrder, pollMs: number): Promise<void> {
  for (let round = 1; !order.signal.aborted; round += 1) {
    order.onTick(await tick(context, order));
    if (round === order.loops || (await isDone(context, order))) return;
    await workBetween(context, order, pollMs);
  }
}

/** Reacts to what happens until the next tick; a dry run only waits. */
async function workBetween(context: SharedContext, order: ManagerOrder, pollMs: number): Promise<void> {
  const { world } = context;
  const over = AbortSignal.any([order.signal, AbortSignal.timeout(order.intervalMs)]);
  while (!over.aborted) {
    const seen = world.wake.rings();
    if (!order.dryRun) await workSafely(context, order);
    const heard = new AbortController();
    const either = AbortSignal.any([over, heard.signal]);
    await Promise.race([world.wake.next(seen, either), waited(Math.min(pollMs, order.intervalMs), either)]);
    heard.abort();
  }
}

const MOST_AT_ONCE = 1_000;

async function workSafely(context: SharedContext, { runId, signal }: ManagerOrder): Promise<void> {
  try {
    await workDue(context, { runId, most: MOST_AT_ONCE, signal });
  } catch (error) {
    // The database is away for now; the next look comes soon.
    context.world.log.warn({ why: messageOf(error) }, "nothing could be looked for");
  }
}

/** A loop over one run ends with it. */
async function isDone({ world }: SharedContext, { runId }: ManagerOrder): Promise<boolean> {
  if (runId === null) return false;
  const run = await findRun(world.database.knex, runId);
  return run === null || isOver(run);
}

async function requireRun({ world }: SharedContext, runId: string | null): Promise<void> {
  if (runId === null || (await findRun(world.database.knex, runId)) !== null) return;
  const remedy = "List what there is with: agentpr list-runs";
  throw new Problem(`There is no run ${runId}`, "nothing here has that name", remedy, EXIT.notFound);
}

function refuseUnknownPrompt(settings: AppSettings, version: string | null): void {
  const fault = version === null ? null : promptFault(version, promptsOf(settings));
  if (fault !== null)
    throw new Problem(`--prompt-version ${version} is not usable`, fault, "Correct it", EXIT.usage);
}
