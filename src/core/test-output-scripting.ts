import type { TestReading } from "./test-output.ts";
import { known, names, numbered, sum, total } from "./test-output-counting.ts";

const PYTEST =
  /^(=+ )?(no tests ran|\d+ (passed|failed|errors?|skipped|deselected|x?failed|xpassed|warnings?|rerun)\b.*?) in [\d.]+s( \([\d:]+\))?( =+)?$/;

/** `=== 1 failed, 2 passed, 1 error in 0.03s ===`, with or without its rules; `FAILED tests/a.py::b - why`. */
export function pytest(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => PYTEST.test(line));
  if (summary.length === 0) return null;
  const failed = sum(summary, "failed") + sum(summary, "errors?");
  const ran =
    sum(summary, "failed") + sum(summary, "passed") + sum(summary, "xfailed") + sum(summary, "xpassed");
  const found = names(lines, /^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$/);
  return { ran, failing: known(found, failed), failed };
}

/** `Ran 3 tests in 0.001s`, `FAILED (failures=1)`; failures as `FAIL: name (module.Class)`. */
export function unittest(lines: readonly string[]): TestReading | null {
  const ran = total(lines, /^Ran (\d+) tests? in [\d.]+s$/);
  if (ran === null) return null;
  const summary = lines.filter((line) => /^(FAILED|OK)\b/.test(line));
  const counted = (word: string) => total(summary, new RegExp(`\\b${word}=(\\d+)`)) ?? 0;
  const failed = counted("failures") + counted("errors") + counted("unexpected successes");
  const found = names(lines, /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$/);
  const silent = summary.some((line) => line.startsWith("FAILED")) ? 1 : 0;
  return {
    ran: Math.max(0, ran - counted("skipped")),
    failing: known(numbered(found), Math.max(failed, silent)),
    failed: Math.max(failed, silent),
  };
}

/** `3 examples, 1 failure`; failures as `rspec ./spec/a_spec.rb:3 # A adds`, whose line number says nothing. */
export function rspec(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^\d+ examples?, \d+ failures?/.test(line));
  if (summary.length === 0) return null;
  const outside = sum(summary, "errors? occurred outside of examples");
  const failed = sum(summary, "failures?");
  const found = lines.flatMap((line) => {
    const [, file, name] = /^rspec '?(\.?[^\s:[']+)\S* # (.+)$/.exec(line) ?? [];
    return name === undefined ? [] : [`${file} › ${name}`];
  });
  const ran = sum(summary, "examples?") - sum(summary, "pending");
  const failing = outside > 0 ? null : known(numbered(found), failed);
  return { ran: Math.max(0, ran), failing, failed: failed + outside };
}

/** `3 runs, 3 assertions, 1 failures, 0 errors, 0 skips`; failures as `ATest#test_adds [test/a.rb:3]:`. */
export function minitest(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) =>
    /^\d+ (?:runs|tests), \d+ assertions, \d+ failures, \d+ errors/.test(line),
  );
  if (summary.length === 0) return null;
  const failed = sum(summary, "failures") + sum(summary, "errors");
  const found = names(lines, /^(?:Failure: |Error: )?([A-Z][\w:]*#\S+?)(?: \[.*\])?:$/);
  const ran = sum(summary, "(?:runs|tests)") - sum(summary, "(?:skips|pendings)");
  return { ran: Math.max(0, ran), failing: known(numbered(found), failed), failed };
}

/** `OK (3 tests, 3 assertions)`, `Tests: 3, Assertions: 3, Failures: 1.`; failures as `1) ATest::testAdds`. */
export function phpunit(lines: readonly string[]): TestReading | null {
  const green = total(lines, /^OK \((\d+) tests?, \d+ assertions?\)$/);
  const summary = lines.filter((line) => /^Tests: \d+, Assertions: \d+.*\.$/.test(line));
  if (green === null && summary.length === 0) return null;
  const count = (word: string) => total(summary, new RegExp(`\\b${word}: (\\d+)`)) ?? 0;
  const failed = count("Failures") + count("Errors");
  const ran = (green ?? 0) + count("Tests") - count("Skipped") - count("Incomplete");
  const found = names(lines, /^\d+\) (\S+::\S.*)$/);
  return { ran: Math.max(0, ran), failing: known(numbered(found), failed), failed };
}
