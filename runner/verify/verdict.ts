import type { VerifiedCommand, VerifyRun } from "../../src/core/evidence.ts";
import { LINE_MARK } from "../../src/core/test-output-lines.ts";
import { knownFailures } from "./known-failures.ts";

type Verdict = Pick<VerifiedCommand, "verdict" | "newFailures">;
type Runs = {
  kind: "test" | "lint";
  head: VerifyRun;
  /** A second run of the same tree, when the first failed. */
  again: VerifyRun | null;
  base: VerifyRun | null;
  allowlist: readonly string[];
};

/** The shell's own codes for "cannot be run" and "not found". */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127]);
/** A program that runs others, and has not found what it was to run. */
const MISSING =
  /^\S*python\S*: No module named \S+$|: (?:command )?not found$|^npm (?:ERR!|error) Missing script: /m;

/** Some scripts exit 0 and say failure only in their output. */
export function failed(run: VerifyRun): boolean {
  return run.exitCode !== 0 || run.timedOut || run.saysFailed === true || (run.failing?.length ?? 0) > 0;
}

/** A command that hangs would hang again. */
export function needsSecondRun(head: VerifyRun): boolean {
  return failed(head) && !head.timedOut && !NOT_STARTED.has(head.exitCode);
}

/** The base is asked when the candidate keeps failing, and when its tests may have vanished. */
export function needsBase({ kind, head, again, allowlist }: Omit<Runs, "base">): boolean {
  if (head.timedOut || again?.timedOut) return false;
  if (ranNoTests(kind, head)) return true;
  return failed(head) && judgeHead({ head, again, allowlist }) === null;
}

/** What the runs of one command say about the candidate. Whatever cannot be read counts against it. */
export function judge({ kind, head, again, base, allowlist }: Runs): Verdict {
  if (head.timedOut || again?.timedOut) return { verdict: "new_failure", newFailures: head.failing ?? [] };
  if (ranNoTests(kind, head)) return judgeNoTests(kind, head, base);
  if (!failed(head)) return { verdict: "passed", newFailures: [] };
  return judgeHead({ head, again, allowlist }) ?? judgeAgainstBase({ kind, head, again, base, allowlist });
}

/** What the candidate's own two runs settle; null when the base must be asked. */
function judgeHead({ head, again, allowlist }: Pick<Runs, "head" | "again" | "allowlist">): Verdict | null {
  const [first, second] = [unknownOf(head, allowlist), again && unknownOf(again, allowlist)];
  if (isExcused(head, first) && (again === null || isExcused(again, second) || isGreen(again)))
    return { verdict: "preexisting", newFailures: [] };
  if (again !== null && !failed(again)) return { verdict: "flaky", newFailures: head.failing ?? [] };
  if (!first || !second || first.length + second.length === 0) return null;
  const unlike = bothIn(first, second).length === 0;
  return unlike ? { verdict: "flaky", newFailures: first.length > 0 ? first : second } : null;
}

/** It names what failed, and the policy knows all of it. */
function isExcused(run: VerifyRun, unknown: readonly string[] | null): boolean {
  return (run.failing?.length ?? 0) > 0 && unknown?.length === 0;
}

function isGreen(run: VerifyRun): boolean {
  return !failed(run) && run.failing !== null;
}

/** Pre-existing only when both runs really ran, none of the tests vanished, and every failing name fails on the base too. */
function judgeAgainstBase({ kind, head, again, base, allowlist }: Runs): Verdict {
  const first = unknownOf(head, allowlist);
  const second = again === null ? first : unknownOf(again, allowlist);
  const stable = first && second ? bothIn(first, second) : [];
  const ofBase = new Set(base !== null && failed(base) ? (base.failing ?? []) : []);
  const fresh = stable.filter((name) => !ofBase.has(name));
  const newFailures = fresh.length > 0 ? fresh : stable;
  const comparable = base !== null && !base.timedOut && stable.length > 0 && noneVanished(kind, head, base);
  if (!comparable || fresh.length > 0) return { verdict: "new_failure", newFailures };
  const wavering = [...(first ?? []), ...(second ?? [])].filter((name) => !stable.includes(name));
  if (wavering.length > 0) return { verdict: "flaky", newFailures: wavering };
  return { verdict: "preexisting", newFailures: [] };
}

function noneVanished(kind: Runs["kind"], head: VerifyRun, base: VerifyRun): boolean {
  if (kind === "lint") return head.exitCode === base.exitCode;
  if (isOfLines(head) || isOfLines(base)) return head.exitCode === base.exitCode && sameNames(head, base);
  // Runners that do not say how many ran are held to the same way of ending.
  if (head.ran === null || base.ran === null) return head.ran === base.ran && head.exitCode === base.exitCode;
  return head.ran > 0 && head.ran >= base.ran;
}

/** Nobody knows the runner: only the very same complaints are the same failure. */
function isOfLines({ failing }: VerifyRun): boolean {
  return failing?.some((name) => name.startsWith(LINE_MARK)) ?? false;
}

function sameNames(one: VerifyRun, other: VerifyRun): boolean {
  return JSON.stringify(one.failing) === JSON.stringify(other.failing);
}

/** A suite that runs nothing proves nothing; one that ran on the base, or went well there, and does not any more is broken. */
function judgeNoTests(kind: Runs["kind"], head: VerifyRun, base: VerifyRun | null): Verdict {
  const better = base !== null && (!ranNoTests(kind, base) || (failed(head) && !failed(base)));
  return { verdict: better ? "new_failure" : "not_a_test_run", newFailures: head.failing ?? [] };
}

function ranNoTests(kind: Runs["kind"], run: VerifyRun): boolean {
  const nothingRan = kind === "test" && run.ran === 0 && run.failing?.length === 0 && !run.saysFailed;
  return nothingRan || (run.ran === null && run.exitCode !== 0 && couldNotStart(run));
}

function couldNotStart({ exitCode, outputTail }: VerifyRun): boolean {
  return NOT_STARTED.has(exitCode) || MISSING.test(outputTail);
}

/** Failing names that the policy does not know; null when not all failing names can be told. */
function unknownOf({ failing }: VerifyRun, allowlist: readonly string[]): string[] | null {
  if (failing === null || failing.length === 0 || allowlist.length === 0) return failing;
  const known = knownFailures(failing, allowlist);
  return failing.filter((name) => !known.has(name));
}

function bothIn(first: readonly string[], second: readonly string[]): string[] {
  const names = new Set(second);
  return first.filter((name) => names.has(name));
}
