import { z } from "zod";
import type { TestReading } from "./test-output.ts";
import { known, names, numbered, sum, total } from "./test-output-counting.ts";

/** `ok  	pkg	0.01s`, `FAIL	pkg [build failed]`, `--- FAIL: TestX (0.00s)`; how many ran is said only with -v. */
export function go(lines: readonly string[]): TestReading | null {
  const packages = lines.filter((line) => /^(ok|FAIL|---)\s+\S+\s+(\(cached\)|[\d.]+s|\[.+\])/.test(line));
  const ended = packages.filter((line) => !line.startsWith("---"));
  const tests = lines.filter((line) => /^\s*--- (PASS|FAIL): /.test(line));
  if (ended.length === 0 && tests.length === 0) return null;
  // A package that fails without a failing test (a panic, an exit, no build) is a failure by its own name.
  const broken = names(ended, /^FAIL\s+(\S+)\s/);
  const found = [...names(tests, /^\s*--- FAIL: (\S+)/), ...broken];
  const verbose = lines.some((line) => /^=== RUN\s/.test(line));
  const idle = tests.length === 0 && ended.every((line) => /\[no tests? (to run|files)\]$/.test(line));
  return {
    ran: verbose ? tests.length : idle ? 0 : null,
    failing: known(numbered(found), 0),
    failed: found.length,
  };
}

const GoEvent = z.object({
  Action: z.string(),
  Package: z.string().default(""),
  Test: z.string().optional(),
});

/** `go test -json`: one event a line. What tests print is inside of strings there. */
export function goJson(lines: readonly string[]): TestReading | null {
  const events = lines.filter((line) => line.startsWith("{") && line.includes('"Action":')).flatMap(goEvent);
  if (events.length === 0) return null;
  const failed = events.filter(({ Action }) => Action === "fail");
  const ended = events.filter(({ Action, Test }) => Test !== undefined && /^(pass|fail)$/.test(Action));
  const found = failed.map(({ Package, Test }) => (Test === undefined ? Package : `${Package} ${Test}`));
  return { ran: ended.length, failing: known(numbered(found), 0), failed: failed.length };
}

/** A line that was too long to be kept whole is one of output. */
function goEvent(line: string): z.infer<typeof GoEvent>[] {
  try {
    const event = GoEvent.safeParse(JSON.parse(line));
    return event.success ? [event.data] : [];
  } catch {
    return []; // not JSON: then it tells nothing, and failures stay uncounted only where the exit code tells of them
  }
}

/** `test result: FAILED. 1 passed; 1 failed; …`, `test a::b ... FAILED`; and nextest's own summary. */
export function cargo(lines: readonly string[]): TestReading | null {
  const results = lines.filter((line) => /^test result: /.test(line));
  const nextest = lines.filter((line) => /^\s*Summary \[.*\] +\d+(\/\d+)? tests? run: /.test(line));
  if (results.length + nextest.length === 0) return null;
  const failed = sum([...results, ...nextest], "failed");
  const plain = numbered(names(lines, /^test (.+?)(?: - should panic)? \.\.\. FAILED$/));
  const named = plain.length > 0 ? plain : cargoFailures(lines);
  const found = [
    ...named,
    ...new Set(names(lines, /^\s+(?:FAIL|SIGABRT|SIGSEGV|TIMEOUT) \[.*?\] +(?:\(.*?\) +)?(\S.*)$/)),
  ];
  return { ran: sum([...results, ...nextest], "passed") + failed, failing: known(found, failed), failed };
}

/** The quiet form names the failures only in the list after `failures:`. */
function cargoFailures(lines: readonly string[]): string[] {
  const start = lines.lastIndexOf("failures:");
  const rest = start < 0 ? [] : lines.slice(start + 1);
  return names(rest, /^ {4}(\S.*)$/);
}

/** `[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0`, for each module; `… Time elapsed … <<< FAILURE!` for each test. */
export function maven(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) =>
    /^(?:\[\w+\] )?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+(?:, Flakes: \d+)?$/.test(line),
  );
  if (summary.length === 0) return null;
  const count = (word: string) => total(summary, new RegExp(`\\b${word}: (\\d+)`)) ?? 0;
  const failed = count("Failures") + count("Errors");
  const found = names(
    lines,
    /^(?:\[ERROR\] +)?(?!Tests run)(\S.*?) +(?:-- +)?Time elapsed.* <<< (?:FAILURE|ERROR)!$/,
  );
  return {
    ran: Math.max(0, count("Tests run") - count("Skipped")),
    failing: known(numbered(found), failed),
    failed,
  };
}

/** `ATest > adds FAILED`, `3 tests completed, 1 failed`; a green build does not say how many ran. */
export function gradle(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^\d+ tests? completed, \d+ failed/.test(line));
  if (summary.length === 0) return null;
  const failed = sum(summary, "failed");
  const skipped = sum(summary, "skipped");
  const ran = (total(summary, /^(\d+) tests? completed/) ?? 0) - skipped;
  return { ran: Math.max(0, ran), failing: known(names(lines, /^(\S.* > .+) FAILED$/), failed), failed };
}

/** `Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3`; tests as `  Failed A.B [12 ms]`. */
export function dotnet(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^(?:Passed|Failed|Skipped)!\s+- Failed:\s+\d+, Passed:/.test(line));
  if (summary.length === 0) return null;
  const failed = total(summary, /Failed:\s+(\d+)/) ?? 0;
  const found = names(lines, /^\s+Failed (\S.*?) \[[^\]]*\]$/);
  return {
    ran: (total(summary, /Passed:\s+(\d+)/) ?? 0) + failed,
    failing: known(numbered(found), failed),
    failed,
  };
}

/** `67% tests passed, 1 tests failed out of 3`; then `	  2 - name (Failed)`. */
export function ctest(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^\d+% tests passed, \d+ tests failed out of \d+$/.test(line));
  if (summary.length === 0) return null;
  const failed = total(summary, /, (\d+) tests failed/) ?? 0;
  const list = lines.slice(lines.lastIndexOf("The following tests FAILED:") + 1);
  const found = names(list, /^\s*\d+ - (\S.*?) \(.*\)(?: \S+)?$/);
  return { ran: total(summary, /out of (\d+)$/), failing: known(found, failed), failed };
}
