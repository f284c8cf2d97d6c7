import type { CheckFact, ChecksVerdict } from "../core/checks.ts";
import type { CheckFailure, Event, Flake } from "../core/event.ts";
import { flakeWords, suspectFlake } from "../core/flake.ts";
import type { Run } from "../core/run.ts";
import { readJournal } from "../database/journal.ts";
import { insertNotice } from "../database/notices.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullFacts } from "./ports.ts";

type Red = { context: AppContext; run: Run; pull: PullFacts; verdict: ChecksVerdict };

/** What red checks mean: nothing new, a suspected flake, or something to mend. */
export async function failureEvents(red: Red): Promise<Event[]> {
  const { context, run, pull, verdict } = red;
  const old = new Set(await context.github.failingOn(targetOf(run), pull.baseBranch));
  const fresh = verdict.failures.filter(({ name }) => !old.has(name));
  if (fresh.length === 0) return [await preexisting(red)];
  const explained = await context.github.explainFailures(targetOf(run), fresh);
  const earlier = await flakyBefore(red);
  if (earlier?.seen === verdict.fingerprint && earlier.waits) return [];
  const mend: Event = { type: "checks.failed", sha: pull.headSha, failures: explained };
  // Once on a head: what fails again after it was run again is mended.
  return earlier === null ? suspect(red, fresh, mend) : [mend];
}

/** Nobody's fault here: a person is told, and the run goes on without mending it. */
async function preexisting(red: Red): Promise<Event> {
  const { run, pull, verdict } = red;
  const names = verdict.failures.map(({ name }) => name).join(", ");
  await tell(red, `${names}: fails on ${pull.baseBranch} as well, so run ${run.id} does not try to mend it.`);
  return { type: "checks.preexisting", sha: pull.headSha, failures: verdict.failures.map(unexplained) };
}

function unexplained({ name, url, summary, annotations }: CheckFact): CheckFailure {
  return { name, url, summary, annotations: annotations.slice(0, 50) };
}

type Mending = Extract<Event, { type: "checks.failed" }>;

/** Suspects are named. They are run again or waited for only where all that failed is suspect, and on good grounds. */
async function suspect(red: Red, fresh: readonly CheckFact[], mend: Mending): Promise<Event[]> {
  const { context, run, pull, verdict } = red;
  const names = fresh.map(({ name }) => name);
  const passed = new Set(await context.github.passedOn(targetOf(run), pull.headSha, names));
  const flakes = mend.failures.flatMap((failure) => suspectFlake(failure, passed) ?? []);
  if (flakes.length === 0) return [mend];
  const isAll = flakes.length === mend.failures.length;
  const rerun = isAll && (await runAgain(red, fresh));
  const waits = rerun || (isAll && flakes.every(({ sure }) => sure));
  await name(red, flakes, rerun);
  const flaky = {
    type: "checks.flaky",
    sha: pull.headSha,
    flakes,
    seen: verdict.fingerprint,
    waits,
    rerun,
  } as const;
  return waits ? [flaky] : [flaky, mend];
}

async function runAgain({ context, run }: Red, checks: readonly CheckFact[]): Promise<boolean> {
  const { rerun_flakes } = await policyOfRun(context, run);
  return rerun_flakes && context.github.rerunFailed(targetOf(run), checks);
}

function name(red: Red, flakes: readonly Flake[], rerun: boolean): Promise<void> {
  return tell(red, `${flakes.map(flakeWords).join("; ")}.${rerun ? " It is being run again." : ""}`);
}

async function flakyBefore({ context, run, pull }: Red) {
  const entries = await readJournal(context.world.database.knex, run.id, { types: ["checks.flaky"] });
  const found = entries.findLast(({ event }) => event.type === "checks.flaky" && event.sha === pull.headSha);
  return found?.event.type === "checks.flaky" ? found.event : null;
}

/** What was red on this very commit and is green now went both ways. */
export async function turnedGreen(red: Red): Promise<Event[]> {
  const { context, run, pull, verdict } = red;
  const entries = await readJournal(context.world.database.knex, run.id, { types: ["checks.failed"] });
  const failures = entries.flatMap(({ event }) =>
    event.type === "checks.failed" && event.sha === pull.headSha ? event.failures : [],
  );
  const names = new Set(failures.map((failure) => failure.name));
  const flakes = failures.flatMap((failure) => suspectFlake(failure, names) ?? []);
  if (flakes.length === 0) return [];
  await name(red, flakes, false);
  return [
    {
      type: "checks.flaky",
      sha: pull.headSha,
      flakes,
      seen: verdict.fingerprint,
      waits: false,
      rerun: false,
    },
  ];
}

/** Workflows that wait for a maintainer: only people can let them run, and they hear of it. */
export async function heldEvent(red: Red, held: readonly CheckFact[]): Promise<Event> {
  const { run, pull } = red;
  const names = held.map((check) => check.name).slice(0, 50);
  const url = held[0]?.url ?? null;
  const at = url === null ? "" : ` at ${url}`;
  await tell(
    red,
    `Pull request ${pull.url} of run ${run.id} waits: a maintainer must let its workflows run${at}: ${names.join(", ")}.`,
  );
  return { type: "checks.held", sha: pull.headSha, names, url };
}

function tell({ context: { world }, run, pull, verdict }: Red, text: string): Promise<void> {
  const cause = `checks:${verdict.kind}:${run.id}:${pull.headSha}:${verdict.fingerprint}`;
  return insertNotice(world.database, world.database.knex, { runId: run.id, priority: "high", text, cause });
}
