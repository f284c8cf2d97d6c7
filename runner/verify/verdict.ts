import type { VerifiedCommand, VerifyRun } from "../../src/core/evidence.ts";

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

/** Some scripts exit 0 and say failure only in their output. */
export function failed(run: VerifyRun): boolean {
  return run.exitCode !== 0 || run.timedOut || (run.failing?.length ?? 0) > 0;
}

/** A command that hangs would hang again. */
export function needsSecondRun(head: VerifyRun): boolean {
  return failed(head) && !head.timedOut && !NOT_STARTED.has(head.exitCode);
}

/** The base is asked when the candidate keeps failing, and when its tests may have vanished. */
export function needsBase({ kind, head, again, allowlist }: Omit<Runs, "base">): boolean {
  if (head.timedOut) return false;
  if (ranNoTests(kind, head)) return true;
  if (!failed(head) || (again !== null && !failed(again))) return false;
  return stableFailures(head, again)?.length !== 0 && !isAllowed(head, again, allowlist);
}

/** What the runs of one command say about the candidate. Whatever cannot be read counts against it. */
export function judge({ kind, head, again, base, allowlist }: Runs): Verdict {
  if (head.timedOut || again?.timedOut) return { verdict: "new_failure", newFailures: head.failing ?? [] };
  if (ranNoTests(kind, head)) return judgeNoTests(kind, head, base);
  if (!failed(head)) return { verdict: "passed", newFailures: [] };
  const stable = stableFailures(head, again);
  if ((again !== null && !failed(again)) || stable?.length === 0)
    return { verdict: "flaky", newFailures: head.failing ?? [] };
  if (isAllowed(head, again, allowlist)) return { verdict: "preexisting", newFailures: [] };
  return judgeAgainstBase(kind, { ...head, failing: stable }, base);
}

/** Pre-existing only when both runs really ran, none of the tests vanished, and every failing name fails on the base too. */
function judgeAgainstBase(kind: Runs["kind"], head: VerifyRun, base: VerifyRun | null): Verdict {
  const failing = head.failing ?? [];
  const known = new Set(base !== null && failed(base) ? (base.failing ?? []) : []);
  const fresh = failing.filter((name) => !known.has(name));
  const comparable = base !== null && failing.length > 0 && !base.timedOut && noneVanished(kind, head, base);
  return comparable && fresh.length === 0
    ? { verdict: "preexisting", newFailures: [] }
    : { verdict: "new_failure", newFailures: fresh.length > 0 ? fresh : failing };
}

function noneVanished(kind: Runs["kind"], head: VerifyRun, base: VerifyRun): boolean {
  if (kind === "lint") return head.exitCode === base.exitCode;
  // Runners that do not say how many ran are held to the same way of ending.
  if (head.ran === null || base.ran === null) return head.ran === base.ran && head.exitCode === base.exitCode;
  return head.ran > 0 && head.ran >= base.ran;
}

/** A suite that runs nothing proves nothing; one that ran on the base and does not any more is broken. */
function judgeNoTests(kind: Runs["kind"], head: VerifyRun, base: VerifyRun | null): Verdict {
  const ranBefore = base !== null && !ranNoTests(kind, base);
  return { verdict: ranBefore ? "new_failure" : "not_a_test_run", newFailures: head.failing ?? [] };
}

function ranNoTests(kind: Runs["kind"], run: VerifyRun): boolean {
  const nothingRan = kind === "test" && run.ran === 0 && (run.failing?.length ?? 0) === 0;
  return nothingRan || (NOT_STARTED.has(run.exitCode) && run.ran === null);
}

/** The names that failed both times; null when either run's are unknown. */
function stableFailures(head: VerifyRun, again: VerifyRun | null): string[] | null {
  if (head.failing === null || again === null || again.failing === null)
    return again === null ? head.failing : null;
  if (head.failing.length === 0 && again.failing.length === 0) return null;
  const second = new Set(again.failing);
  return head.failing.filter((name) => second.has(name));
}

/** Every failing name must be known; an entry that is no regular expression is looked for as it stands. */
function isAllowed(head: VerifyRun, again: VerifyRun | null, allowlist: readonly string[]): boolean {
  const names = stableFailures(head, again) ?? [];
  return names.length > 0 && names.every((name) => allowlist.some((entry) => matches(entry, name)));
}

function matches(entry: string, name: string): boolean {
  try {
    return new RegExp(entry, "i").test(name);
  } catch (error) {
    if (error instanceof SyntaxError) return name.toLowerCase().includes(entry.toLowerCase());
    throw error;
  }
}
