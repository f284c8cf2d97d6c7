import type { CodexEnd } from "../../src/core/evidence.ts";
import type { ProcessEnd } from "../box/run-process.ts";
import type { Failure } from "../provider/failure.ts";
import type { EventSummary } from "./event-summary.ts";
import { readResetTime } from "./reset-time.ts";

export type Ending = {
  process: ProcessEnd;
  summary: EventSummary;
  /** What the proxy saw of the last request; null when it went well, or there was no proxy. */
  failure: Failure | null;
  /** Whether the kernel killed anything for want of memory meanwhile; null where it does not say. */
  oomKilled: boolean | null;
  /** Why we stopped it ourselves, if that can be said better than by Codex's last words. */
  stopped?: string | null;
  /** Milliseconds since 1970. */
  now: number;
};

type Kind = CodexEnd["kind"];
/** One way to end: the first whose `when` holds gives the kind. */
type Rule = { kind: Kind; when: (ending: Ending) => boolean };

const MESSAGE_LENGTH = 4_000;

/** What the end of a Codex process means. Only a completed turn and exit code 0 together are a good end. */
export function codexEnd(ending: Ending): CodexEnd {
  const kind = RULES.find((rule) => rule.when(ending))?.kind ?? "unknown";
  const { exitCode, signal } = ending.process;
  const resetAt = kind === "provider_limit" ? resetOf(ending) : null;
  const message = kind === "finished" ? null : (messageOf(ending)?.slice(0, MESSAGE_LENGTH) ?? null);
  return { kind, exitCode, signal, message, resetAt };
}

const NO_PROGRAM = /execvp .*: No such file|failed to execute .*: No such file|: (?:exec: )?.*not found$/m;
const NO_MEMORY =
  /memory allocation of \d+ bytes failed|out of memory|Cannot allocate memory|(?:spawn|create) [\w ]*thread[\s\S]*os error (?:11|12)\b|os error 12\b/i;
const RUST_PANIC = 101;
const SIGKILL = 9;

/** How bubblewrap and shells report a signal of their child. */
const SIGNAL_OFFSET = 128;

const OVERLOADS: Readonly<Record<string, string>> = {
  out_of_memory: "stopped: it took more memory than box_limits allows",
  too_many_processes: "stopped: it ran more processes than box_limits allows",
  disk_full: "stopped: it left too little room on the disk",
};

const RULES: readonly Rule[] = [
  { kind: "missing_binary", when: ({ process }) => process.reason === "not_started" },
  { kind: "cancelled", when: ({ process }) => process.reason === "cancelled" },
  { kind: "timed_out", when: ({ process }) => process.reason === "timed_out" },
  { kind: "stalled", when: ({ process }) => process.reason === "stalled" },
  { kind: "out_of_memory", when: ({ process }) => process.reason === "out_of_memory" },
  { kind: "crashed", when: ({ process }) => process.reason in OVERLOADS },
  { kind: "over_budget", when: ({ process }) => process.reason === "over_budget" },
  { kind: "finished", when: ({ process, summary }) => process.exitCode === 0 && summary.completed },
  {
    kind: "missing_binary",
    when: ({ process, summary }) => summary.counts.lines === 0 && NO_PROGRAM.test(process.stderrTail),
  },
  {
    kind: "out_of_memory",
    when: ({ process, oomKilled }) =>
      (signalNumber(process) === SIGKILL && oomKilled !== false) || NO_MEMORY.test(process.stderrTail),
  },
  {
    kind: "crashed",
    when: ({ process }) => signalNumber(process) !== null || process.exitCode === RUST_PANIC,
  },
  ...byFailure(
    "provider_limit",
    ({ status, code }) => status === 429 && /usage|quota|billing|credit/i.test(code ?? ""),
  ),
  ...byFailure("unauthorized", ({ status }) => status === 401 || status === 403),
  ...byFailure("rate_limited", ({ status }) => status === 429),
  ...byFailure("server_error", ({ status }) => status >= 500),
  ...bySaying(
    "provider_limit",
    /usage limit|quota exceeded|insufficient_quota|out of credits|spend(?:ing)? (?:cap|limit)/i,
  ),
  ...bySaying(
    "unauthorized",
    /\b(?:401|403)\b|not logged in|log in again|refresh token|Missing environment variable/i,
  ),
  ...bySaying("rate_limited", /\b429\b|rate limit/i),
  ...bySaying("server_error", /high demand|at capacity|overloaded|status 5\d\d/i),
  ...bySaying(
    "stream_cut",
    /stream disconnected|waiting for network|connection failed|error sending request/i,
  ),
];

/** What the proxy saw counts only where Codex failed too: it may have tried again with success. */
function byFailure(kind: Kind, matches: (failure: Failure) => boolean): Rule[] {
  return [
    { kind, when: ({ summary, failure }) => !summary.completed && failure !== null && matches(failure) },
  ];
}

function bySaying(kind: Kind, pattern: RegExp): Rule[] {
  return [{ kind, when: (ending) => !ending.summary.completed && pattern.test(saidBy(ending)) }];
}

/** Codex's last words: its events, or, before there were any, what it wrote to stderr. */
function saidBy({ summary, process }: Ending): string {
  return summary.failedMessage ?? process.stderrTail;
}

function signalNumber({ signal, exitCode }: ProcessEnd): number | null {
  if (signal !== null) return signal === "SIGKILL" ? SIGKILL : 0;
  return exitCode !== null && exitCode > SIGNAL_OFFSET ? exitCode - SIGNAL_OFFSET : null;
}

function messageOf({ process, summary, failure, stopped }: Ending): string | null {
  const overload = OVERLOADS[process.reason];
  const said = [stopped, overload, summary.failedMessage, failure?.message, process.startError].filter(
    (text) => text != null && text !== "",
  );
  if (summary.commandRunning !== null) said.push(`while running: ${summary.commandRunning.slice(0, 500)}`);
  const text = said.length > 0 ? said.join(" · ") : process.stderrTail.trim();
  return text === "" ? killedBy(process) : text;
}

function killedBy(process: ProcessEnd): string | null {
  const number = signalNumber(process);
  return number === null ? null : `killed by ${process.signal ?? `signal ${number}`}`;
}

function resetOf({ failure, summary, now }: Ending): number | null {
  return failure?.retryAt ?? readResetTime(summary.failedMessage ?? "", now);
}
