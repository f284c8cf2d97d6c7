import type { Event, EventType } from "./event.ts";
import type { JobKind, JobRequest } from "./job.ts";
import type { Run, State } from "./run.ts";

/** Work that begins when a run enters a state. */
const ON_ENTRY: Record<State, readonly JobKind[]> = {
  QUEUED: ["decide"],
  EXECUTING: ["decide", "report"],
  PUSHED: ["publish"],
  CI_WAIT: ["sync"],
  // The sync that found the checks green has just read everything else, too; and what people see says "open" before and after.
  REVIEW_WAIT: [],
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
  "checks.held": ["report"],
  "checks.flaky": ["report"],
  "approval.requested": ["report"],
  "approval.withdrawn": ["report"],
  "approval.expired": ["report"],
  "feedback.unheard": ["report"],
  "reviewers.awaited": ["report"],
  "human.agreed": ["decide"],
};

/** The jobs that one event asks for. Keys come from the run's version, so the same event never asks twice. */
export function followups(before: Run, after: Run, event: Event, moved: boolean): JobRequest[] {
  const entered = moved && before.state !== after.state ? onEntry(before, after) : [];
  const noted = event.type === "approval.confirmed" ? [confirmed(after)] : (ON_EVENT[event.type] ?? []);
  const kinds = new Set([...entered, ...missed(before, after), ...noted]);
  return [...[...kinds].map((kind) => request(kind, after, event)), ...answersTo(event, after)];
}

/** What was confirmed is the opening, or a push to what is open. */
function confirmed({ prNumber }: Run): JobKind {
  return prNumber === null ? "open_pr" : "publish";
}

/** Whoever reviewed is answered where they spoke, once the answer stands. */
function answersTo(event: Event, { id, version }: Run): JobRequest[] {
  if (event.type === "human.answered") {
    const { text, to, thread } = event;
    const key = `answer_review:${id}:said:${version}`;
    const payload = { said: { text, to, thread, at: version } };
    return [{ kind: "answer_review", runId: id, payload, key, once: "ever" }];
  }
  if (event.type !== "change.published" && event.type !== "feedback.answered") return [];
  const { answers, attempt } = event;
  if (answers.length === 0 || attempt === undefined) return [];
  const key = `answer_review:${id}:${attempt}`;
  return [{ kind: "answer_review", runId: id, payload: { attempt }, key, once: "ever" }];
}

/** Waiting for checks and waiting for reviews look the same to people, so going from one to the other is no news. */
function onEntry(before: Run, after: Run): readonly JobKind[] {
  const kinds = ON_ENTRY[after.state];
  if (!isWaiting(after)) return kinds;
  return isWaiting(before) && before.reason === after.reason ? kinds : [...kinds, "report"];
}

function isWaiting({ state }: Run): boolean {
  return state === "CI_WAIT" || state === "REVIEW_WAIT";
}

/** Nobody acted on what the pull request did while the run was paused, so it is read once. */
function missed(before: Run, after: Run): readonly JobKind[] {
  return before.state === "PAUSED" && after.state !== "PAUSED" && after.prOpen ? ["sync"] : [];
}

/** Jobs that only bring something up to date: one waiting is enough, however many events ask for it. */
const COALESCED: ReadonlySet<JobKind> = new Set(["report", "sync", "decide"]);

function request(kind: JobKind, run: Run, event: Event): JobRequest {
  const payload = payloadOf(kind, event);
  const once = COALESCED.has(kind) ? "queued" : "ever";
  const key = once === "queued" ? `${kind}:${run.id}` : `${kind}:${run.id}:${run.version}`;
  return { kind, runId: run.id, payload, key, once };
}

/** Events after which the head is our own and new: its checks are not believed for a while. */
const NEW_HEAD: ReadonlySet<EventType> = new Set(["pr.opened", "change.published"]);

function payloadOf(kind: JobKind, event: Event): Record<string, unknown> {
  if (event.type === "approval.confirmed" && kind === "open_pr") return { approvalId: event.approvalId };
  return kind === "sync" && NEW_HEAD.has(event.type) ? { newHead: true } : {};
}
