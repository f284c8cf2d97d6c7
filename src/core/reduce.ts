import { HELD } from "./checks.ts";
import type { Event, EventType } from "./event.ts";
import { flakeWords } from "./flake.ts";
import { followups } from "./followups.ts";
import type { JobRequest } from "./job.ts";
import type { Run, State } from "./run.ts";
import { resumeTarget, retryTarget, type Target } from "./target.ts";
import { accepted, isRequest, tableMove } from "./transitions.ts";

export type Verdict =
  | { kind: "moved" | "noted"; run: Run; jobs: JobRequest[] }
  | { kind: "refused"; why: string };

/** What one event makes of a run. The only place where a run's fields change; `engine/advance` writes the result. */
export function reduce(run: Run, event: Event): Verdict {
  const target = targetOf(run, event);
  if (!target.ok) return { kind: "refused", why: target.why };
  const noted = absorb(run, event);
  if (target.state === null) return outcome("noted", run, noted, event);
  return outcome("moved", run, enter(noted, target.state, event), event);
}

function outcome(kind: "moved" | "noted", before: Run, after: Run, event: Event): Verdict {
  const run = { ...after, version: before.version + 1 };
  return { kind, run, jobs: followups(before, run, event, kind === "moved") };
}

type Destination = { ok: true; state: State | null } | { ok: false; why: string };

function targetOf(run: Run, event: Event): Destination {
  const state = tableMove(run, event.type);
  if (state === null) return isRequest(event.type) ? refusal(run, event.type) : { ok: true, state: null };
  if (isStale(run, event)) return { ok: true, state: null };
  return personal(run, event) ?? { ok: true, state: workingOn(run, state) };
}

/** What is sent back while its push waits goes on on the open pull request. */
function workingOn({ state: from, prOpen }: Run, state: State): State {
  return from === "PUSHED" && prOpen && state === "EXECUTING" ? "ITERATING" : state;
}

/** A person's resume and retry name their own target, within what skips no work. */
function personal(run: Run, event: Event): Target | null {
  if (event.type === "human.resumed") return resumeTarget(run, event.target);
  if (event.type === "human.retried") return retryTarget(run, event.target);
  if (event.type === "manager.retried") return retryTarget(run, null);
  return null;
}

/** Facts about another head or change than the run's, and green checks while something else is being answered, do not move. */
function isStale(run: Run, event: Event): boolean {
  if (event.type === "change.ready") return event.changeId !== run.changeId;
  if (event.type === "pr.reopened") return run.prNumber === null;
  if ("sha" in event && event.type.startsWith("checks.") && event.sha !== run.publishedSha) return true;
  if (event.type === "feedback.received" && run.answered.includes(event.feedback.reviewId)) return true;
  return event.type === "checks.passed" && run.state === "ITERATING" && run.iteratingFor !== "checks";
}

function refusal(run: Run, type: EventType): Destination {
  return {
    ok: false,
    why: `a ${run.state} run cannot take ${type}; it accepts: ${accepted(run).join(", ") || "nothing"}`,
  };
}

/** The new state and what goes with being there. */
function enter(run: Run, state: State, event: Event): Run {
  if (state === run.state) return run;
  return {
    ...run,
    state,
    epoch: run.epoch + 1,
    pausedFrom: state === "PAUSED" ? run.state : null,
    reason: reasonOf(event),
    iteratingFor: state === "ITERATING" ? iterationCause(event) : null,
    ciFixes: event.type === "checks.failed" ? run.ciFixes + 1 : state === "REVIEW_WAIT" ? 0 : run.ciFixes,
    iterations: state === "ITERATING" ? run.iterations + 1 : run.iterations,
  };
}

function reasonOf(event: Event): string | null {
  if (event.type === "pr.closed") return "pr_closed";
  if (event.type === "checks.preexisting")
    return `fails on the base branch as well: ${event.failures.map(({ name }) => name).join(", ")}`.slice(
      0,
      4_000,
    );
  if (event.type === "human.cancelled") return event.reason ?? "cancelled";
  return "reason" in event && event.reason ? event.reason : null;
}

function iterationCause(event: Event): Run["iteratingFor"] {
  if (event.type.startsWith("checks.")) return "checks";
  if (event.type === "feedback.received") return "feedback";
  return event.type.startsWith("base.") ? "base" : "human";
}

type Absorb = { [E in EventType]?: (run: Run, event: Extract<Event, { type: E }>) => Partial<Run> };

/** Fields that an event sets whether or not the run moves. */
const ABSORB: Absorb = {
  "run.created": (_run, { held }) => ({ reason: held ? "held until someone resumes it" : null }),
  "attempt.finished": (run, { grade, threadId }) => ({
    attempts: run.attempts + 1,
    failedInRow: grade === "PASS" ? 0 : run.failedInRow + 1,
    threadId: threadId ?? run.threadId,
  }),
  "change.sealed": (_run, { changeId, sha }) => ({ changeId, changeSha: sha }),
  "checks.held": (run, event) => reasonIfWaiting(run, event, heldWords(event)),
  "checks.flaky": (run, event) =>
    event.waits ? reasonIfWaiting(run, event, event.flakes.map(flakeWords).join("; ")) : {},
  "app.reinstalled": (_run, { installationId }) => ({ installationId }),
  "fork.found": (_run, { fork }) => ({ fork }),
  "branch.published": (_run, { sha }) => ({ publishedSha: sha }),
  "change.published": (run, { sha, answers }) => ({
    publishedSha: sha,
    answered: union(run.answered, answers),
  }),
  "feedback.answered": (run, { answers }) => ({ answered: union(run.answered, answers) }),
  "human.answered": (run, { answers }) => ({ answered: union(run.answered, answers) }),
  "pr.opened": (_run, { number, sha }) => ({ prNumber: number, prOpen: true, publishedSha: sha }),
  "pr.merged": () => ({ prOpen: false }),
  "pr.closed": () => ({ prOpen: false }),
  // A merged pull request cannot be opened again: such a fact comes late.
  "pr.reopened": ({ prNumber, state }) => ({ prOpen: prNumber !== null && state !== "DONE" }),
  "human.retried": () => ({ failedInRow: 0, ciFixes: 0 }),
  "human.resumed": () => ({ failedInRow: 0 }),
};

function absorb(run: Run, event: Event): Run {
  const change = ABSORB[event.type] as ((run: Run, event: Event) => Partial<Run>) | undefined;
  return { ...run, ...change?.(run, event) };
}

/** Of the present head only; what is said goes when the run moves on. */
function reasonIfWaiting(run: Run, { sha }: { sha: string }, reason: string | null): Partial<Run> {
  const text = reason?.slice(0, 4_000) ?? null;
  return run.state === "CI_WAIT" && sha === run.publishedSha ? { reason: text } : {};
}

/** Null when none is held any more. */
function heldWords({ names }: { names: string[] }): string | null {
  return names.length === 0 ? null : `${HELD}: ${names.join(", ")}`;
}

function union(known: number[], added: number[]): number[] {
  return [...new Set([...known, ...added])];
}
