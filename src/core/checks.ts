/** A check run, commit status or workflow run of one head, from others than ourselves. */
export type CheckFact = {
  source: "check_run" | "status" | "workflow_run";
  name: string;
  state: "pending" | "passed" | "failed" | "held";
  url: string | null;
  summary: string;
  annotations: string[];
  /** ISO time of its last change; part of the cause of what it makes happen. */
  changedAt: string;
};

export type ChecksFacts = {
  sha: string;
  checks: CheckFact[];
  /** Names that the base branch's rules require. */
  required: string[];
  /** The repository has workflows that a pull request starts. */
  expected: boolean;
};

export type CheckTimes = {
  nowMs: number;
  /** When this head was published. */
  headSinceMs: number;
  /** Nothing may have changed for this long before anything is believed. */
  settleMs: number;
  /** How long a head without any check waits for one. */
  graceMs: number;
};

/** What the checks of one head say. `untilMs` null: only a further event can end the wait. */
export type ChecksVerdict = { failures: CheckFact[]; fingerprint: string } & (
  | { kind: "passed" | "failed" | "absent" | "held"; because: string }
  | { kind: "wait"; because: string; untilMs: number | null }
);

/** How the reason begins of a run whose workflows only people can let run. */
export const HELD = "a maintainer must let the workflows run";

type Judged = { kind: "passed" | "failed" | "absent" | "held" } | { kind: "wait"; untilMs: number | null };
type Rule = (facts: ChecksFacts, times: CheckTimes) => (Judged & { because: string }) | null;

/** First match wins: nothing is believed while something runs or has only just changed. */
const RULES: readonly Rule[] = [somePending, notSettled, someFailed, someHeld, requiredMissing, noneSeen];

export function judgeChecks(facts: ChecksFacts, times: CheckTimes): ChecksVerdict {
  const found = firstOf(facts, times) ?? { kind: "passed", because: passedBecause(facts) };
  return { ...found, failures: inState(facts, "failed"), fingerprint: fingerprintOf(facts) };
}

function firstOf(facts: ChecksFacts, times: CheckTimes): ReturnType<Rule> {
  for (const rule of RULES) {
    const found = rule(facts, times);
    if (found !== null) return found;
  }
  return null;
}

function somePending(facts: ChecksFacts): ReturnType<Rule> {
  const pending = inState(facts, "pending");
  if (pending.length === 0) return null;
  return { kind: "wait", untilMs: null, because: `still running: ${namesOf(pending)}` };
}

function notSettled({ checks }: ChecksFacts, times: CheckTimes): ReturnType<Rule> {
  const changes = checks.map((check) => Date.parse(check.changedAt)).filter(Number.isFinite);
  // A clock ahead of ours must not make us wait longer than one settle time from now.
  const last = Math.min(Math.max(times.headSinceMs, ...changes), times.nowMs);
  const untilMs = last + times.settleMs;
  if (checks.length === 0 || times.nowMs >= untilMs) return null;
  return { kind: "wait", untilMs, because: "the checks changed only just now" };
}

function someFailed(facts: ChecksFacts): ReturnType<Rule> {
  const failed = inState(facts, "failed");
  return failed.length === 0 ? null : { kind: "failed", because: `failed: ${namesOf(failed)}` };
}

function someHeld(facts: ChecksFacts): ReturnType<Rule> {
  const held = inState(facts, "held");
  return held.length === 0
    ? null
    : { kind: "held", because: `a maintainer must let them run: ${namesOf(held)}` };
}

function requiredMissing({ checks, required }: ChecksFacts): ReturnType<Rule> {
  const seen = new Set(checks.map((check) => check.name));
  const missing = required.filter((name) => !seen.has(name));
  if (missing.length === 0) return null;
  return { kind: "wait", untilMs: null, because: `required and not reported yet: ${missing.join(", ")}` };
}

function noneSeen({ checks, expected }: ChecksFacts, times: CheckTimes): ReturnType<Rule> {
  if (checks.length > 0) return null;
  if (expected)
    return { kind: "wait", untilMs: null, because: "the repository's workflows have not begun yet" };
  const untilMs = times.headSinceMs + times.graceMs;
  if (times.nowMs < untilMs) return { kind: "wait", untilMs, because: "no check has begun yet" };
  return { kind: "absent", because: "no check began, and none is required or expected" };
}

function passedBecause({ checks }: ChecksFacts): string {
  return `all ${checks.length} passed`;
}

function inState({ checks }: ChecksFacts, state: CheckFact["state"]): CheckFact[] {
  return checks.filter((check) => check.state === state);
}

function namesOf(checks: readonly CheckFact[]): string {
  return checks.map((check) => check.name).join(", ");
}

/** Names this very set of results: it changes whenever a check does, and with nothing else. */
function fingerprintOf({ sha, checks }: ChecksFacts): string {
  const lines = checks.map(({ source, name, state, changedAt }) =>
    JSON.stringify([source, name, state, changedAt]),
  );
  return `${sha.slice(0, 12)}:${hash(lines.sort().join("\n"))}`;
}

/** FNV-1a over 64 bits: two sets must not share it by accident, and nobody gains by making them. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const char of text) value = ((value ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n) & MASK;
  return value.toString(16).padStart(16, "0");
}

const MASK = (1n << 64n) - 1n;
