import type { Event } from "./event.ts";
import type { Happened } from "./history.ts";

/** How a run's management goes, read from its journal; so it survives any restart. */
export type Pulse = {
  /** Actions in a row that could not be carried out. */
  failures: number;
  lastFailure: string | null;
  /** Decisions to do something, lately, that led neither to a new commit nor to another state. */
  fruitless: number;
};

export const MOST_FAILURES = 3;
export const MOST_FRUITLESS = 10;
export const FRUITLESS_MS = 30 * 60_000;

export function readPulse(entries: readonly (Happened & { at: number })[], nowMs: number): Pulse {
  const failing = entries.slice(entries.findLastIndex(endsFailures) + 1).flatMap(failureOf);
  const since = entries.slice(entries.findLastIndex(isProgress) + 1);
  return {
    failures: failing.length,
    lastFailure: failing.at(-1) ?? null,
    fruitless: since.filter(({ event, at }) => isDeed(event) && at > nowMs - FRUITLESS_MS).length,
  };
}

export const NO_PULSE: Pulse = { failures: 0, lastFailure: null, fruitless: 0 };

/** Why the run must stop until a person has looked at it; null while it may go on. */
export function failing({ failures, lastFailure }: Pulse): string | null {
  return failures < MOST_FAILURES
    ? null
    : `${failures} actions in a row could not be carried out, the last: ${lastFailure ?? "no reason was kept"}`;
}

export function spinning({ fruitless }: Pulse): string | null {
  if (fruitless < MOST_FRUITLESS) return null;
  return `${fruitless} decisions in ${FRUITLESS_MS / 60_000} minutes led to no new commit and to no other state`;
}

/** Something that was done, or a person's word, ends a row of failures. */
function endsFailures({ event, fromState, toState }: Happened): boolean {
  return isDeed(event) || fromState !== toState;
}

function isProgress({ event, fromState, toState }: Happened): boolean {
  return fromState !== toState || event.type === "change.sealed";
}

/** Waiting does nothing, however often it is decided. */
function isDeed(event: Event): boolean {
  return event.type === "manager.decided" && event.decision !== "wait";
}

function failureOf({ event }: Happened): string[] {
  return event.type === "manager.failed" ? [event.reason] : [];
}
