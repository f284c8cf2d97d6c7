import type { Event, EventType } from "./event.ts";
import type { JobKind, JobRequest } from "./job.ts";
import type { Run, State } from "./run.ts";

/** Work that begins when a run enters a state. */
const ON_ENTRY: Record<State, readonly JobKind[]> = {
  QUEUED: ["decide"],
  EXECUTING: ["decide", "report"],
  PUSHED: ["publish"],
  CI_WAIT: ["sync", "report"],
  // The sync that found the checks green has just read everything else, too.
  REVIEW_WAIT: ["report"],
  ITERATING: ["decide", "sync", "report"],
  PAUSED: ["report"],
  NEEDS_HUMAN: ["report"],
  DONE: ["report"],
  FAILED: ["report"],
};

/** Work that begins when something is noted, wherever the run is. */
const ON_EVENT: { readonly [E in EventType]?: readonly JobKind[] } = {
  "run.created": ["decide"],
  "attempt.finished": ["decide"],
  "attempt.parked": ["decide", "report"],
  "branch.published": ["report"],
  "approval.requested": ["report"],
  "approval.confirmed": ["open_pr", "report"],
  "approval.withdrawn": ["report"],
  "approval.expired": ["report"],
  "feedback.unheard": ["report"],
  "reviewers.awaited": ["report"],
};

/** The jobs that one event asks for. Keys come from the run's version, so the same event never asks twice. */
export function followups(before: Run, after: Run, event: Event, moved: boolean): JobRequest[] {
  const entered = moved && before.state !== after.state ? ON_ENTRY[after.state] : [];
  const kinds = new Set([...entered, ...missed(before, after), ...(ON_EVENT[event.type] ?? [])]);
  return [...[...kinds].map((kind) => request(kind, after, event)), ...answersTo(event, after)];
}

/** Whoever reviewed is answered where they spoke, once the answer stands. */
function answersTo(event: Event, { id }: Run): JobRequest[] {
  if (event.type !== "change.published" && event.type !== "feedback.answered") return [];
  const { answers, attempt } = event;
  if (answers.length === 0 || attempt === undefined) return [];
  const key = `answer_review:${id}:${attempt}`;
  return [{ kind: "answer_review", runId: id, payload: { attempt }, key, once: "ever" }];
}

/** Nobody acted on what the pull request did while the run was paused, so it is read once. */
function missed(before: Run, after: Run): readonly JobKind[] {
  return before.state === "PAUSED" && after.state !== "PAUSED" && after.prOpen ? ["sync"] : [];
}

/** Jobs that only bring something up to date: one waiting is enough, however many events ask for it. */
const COALESCED: ReadonlySet<JobKind> = new Set(["report", "sync", "decide"]);

function request(kind: JobKind, run: Run, event: Event): JobRequest {
  const payload =
    event.type === "approval.confirmed" && kind === "open_pr" ? { approvalId: event.approvalId } : {};
  const once = COALESCED.has(kind) ? "queued" : "ever";
  const key = once === "queued" ? `${kind}:${run.id}` : `${kind}:${run.id}:${run.version}`;
  return { kind, runId: run.id, payload, key, once };
}
