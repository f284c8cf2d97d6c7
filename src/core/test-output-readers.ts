import type { TestReading } from "./test-output.ts";
import { known, names, numbered, sum, total } from "./test-output-counting.ts";
import { jest, mocha, node, vitest } from "./test-output-javascript.ts";

type Reader = (lines: readonly string[]) => TestReading | null;

/** Each recognises its own runner by the summary that only that runner prints; null when it is not there. */
export const READERS: readonly Reader[] = [node, jest, vitest, mocha, pytest, unittest, go, cargo, nothing];

/** `=== 1 failed, 2 passed, 1 error in 0.03s ===`, with or without its rules; `FAILED tests/a.py::b - why`. */
function pytest(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) =>
    /^(=+ )?(no tests ran|\d+ \w+.*?) in [\d.]+s( \([\d:]+\))?( =+)?$/.test(line),
  );
  if (summary.length === 0) return null;
  const failed = sum(summary, "failed") + sum(summary, "errors?");
  const ran =
    sum(summary, "failed") + sum(summary, "passed") + sum(summary, "xfailed") + sum(summary, "xpassed");
  const found = names(lines, /^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$/);
  return { ran, failing: known(found, failed) };
}

/** `Ran 3 tests in 0.001s`, `FAILED (failures=1)`; failures as `FAIL: name (module.Class)`. */
function unittest(lines: readonly string[]): TestReading | null {
  const ran = total(lines, /^Ran (\d+) tests? in [\d.]+s$/);
  if (ran === null) return null;
  const summary = lines.filter((line) => /^(FAILED|OK)\b/.test(line));
  const counted = (word: string) => total(summary, new RegExp(`\\b${word}=(\\d+)`)) ?? 0;
  const failed = counted("failures") + counted("errors") + counted("unexpected successes");
  const found = names(lines, /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$/);
  return { ran: Math.max(0, ran - counted("skipped")), failing: known(found, failed) };
}

/** `ok  	pkg	0.01s`, `FAIL	pkg [build failed]`, `--- FAIL: TestX (0.00s)`; how many ran is said only with -v. */
function go(lines: readonly string[]): TestReading | null {
  const packages = lines.filter((line) => /^(ok|FAIL|---)\s+\S+\s+(\(cached\)|[\d.]+s|\[.+\])/.test(line));
  const ended = packages.filter((line) => !line.startsWith("---"));
  const tests = lines.filter((line) => /^\s*--- (PASS|FAIL): /.test(line));
  if (ended.length === 0 && tests.length === 0) return null;
  const broken = names(ended, /^FAIL\s+(\S+)\s+\[.+\]$/);
  const found = [...names(tests, /^\s*--- FAIL: (\S+)/), ...broken];
  const verbose = lines.some((line) => /^=== RUN\s/.test(line));
  const failed = ended.some((line) => line.startsWith("FAIL")) ? 1 : 0;
  return { ran: verbose ? tests.length : null, failing: known(numbered(found), failed) };
}

/** `test result: FAILED. 1 passed; 1 failed; …`, `test a::b ... FAILED`; and nextest's own summary. */
function cargo(lines: readonly string[]): TestReading | null {
  const results = lines.filter((line) => /^test result: /.test(line));
  const nextest = lines.filter((line) => /^\s*Summary \[.*\] +\d+(\/\d+)? tests? run: /.test(line));
  if (results.length + nextest.length === 0) return null;
  const all = [...results, ...nextest];
  const plain = numbered(names(lines, /^test (.+?) \.\.\. FAILED$/));
  const found = [...plain, ...new Set(names(lines, /^\s+FAIL \[.*?\] +(?:\(.*?\) +)?(\S.*)$/))];
  return { ran: sum(all, "passed") + sum(all, "failed"), failing: known(found, sum(all, "failed")) };
}

const NOTHING = [
  /^make(\[\d+\])?: ('.+' is up to date|Nothing to be done for '.+')\.$/,
  /^No tests? (files )?found\b/i,
  /^(Error: )?no test specified\b/,
  /^\?\s+\S+\s+\[no test files\]$/,
];

/** Says in words that there was nothing to run. */
function nothing(lines: readonly string[]): TestReading | null {
  return lines.some((line) => NOTHING.some((sign) => sign.test(line))) ? { ran: 0, failing: [] } : null;
}
