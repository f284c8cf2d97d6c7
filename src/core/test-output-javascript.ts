import type { TestReading } from "./test-output.ts";
import { known, names, numbered, sum, total } from "./test-output-counting.ts";

/** `ℹ tests 3` of the spec reporter, `# tests 3` of TAP; a suite that fails adds to the count without a name of its own. */
export function node(lines: readonly string[]): TestReading | null {
  const count = (word: string) => total(lines, new RegExp(`^(?:ℹ|#) ${word} +(\\d+)$`));
  const ran = count("tests");
  const failed = count("fail");
  if (ran === null || failed === null) return null;
  const skipped = (count("skipped") ?? 0) + (count("todo") ?? 0);
  const broken = failed + (count("cancelled") ?? 0);
  const section = lines.slice(lines.lastIndexOf("✖ failing tests:") + 1);
  const spec = names(section, /^\s*✖ (.+?)(?: \([\d.]+m?s\))?(?: # .*)?$/);
  const tap = tapFailures(lines);
  const found = numbered(tap.length > 0 ? tap : spec);
  return { ran: Math.max(0, ran - skipped), failing: known(found, Math.min(broken, 1)), failed: broken };
}

/** `1..3`, `ok 1 - a`, `not ok 2 - b`: any other producer of TAP. */
export function tap(lines: readonly string[]): TestReading | null {
  if (!lines.some((line) => /^1\.\.\d+/.test(line)) || node(lines) !== null) return null;
  const results = lines.filter((line) => /^(?:not )?ok \d+/.test(line));
  const ran = results.filter((line) => !/ # (?:SKIP|TODO)\b/i.test(line)).length;
  const failed = results.filter(
    (line) => line.startsWith("not ") && !/ # (?:SKIP|TODO)\b/i.test(line),
  ).length;
  return { ran, failing: known(numbered(tapFailures(lines)), failed), failed };
}

function tapFailures(lines: readonly string[]): string[] {
  return names(lines, /^\s*not ok \d+ (?:- )?(.+?)(?: # (?!TODO|SKIP).*)?$/i).filter(
    (name) => !/ # (?:TODO|SKIP)\b/i.test(name),
  );
}

/** `Tests:       1 failed, 2 passed, 3 total`; failures under `● suite › name`. */
export function jest(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^Tests:\s+.*\d+ total$/.test(line));
  const suites = lines.filter((line) => /^Test Suites:\s+.*\d+ total$/.test(line));
  if (suites.length === 0) return null;
  const [tests, broken] = [sum(summary, "failed"), sum(suites, "failed")];
  const failing = known(jestTitles(lines), Math.max(tests, Math.min(broken, 1)));
  return { ran: tests + sum(summary, "passed"), failing, failed: tests + broken };
}

/** Titles are told apart by the file that the `FAIL` line before them names. */
function jestTitles(lines: readonly string[]): string[] {
  let file = "";
  return lines.flatMap((line) => {
    file = /^\s*FAIL\s+(?:.*\s)?(\S+\.\S+)(?:\s+\([\d.]+ m?s\))?$/.exec(line)?.[1] ?? file;
    const title = /^\s*● (.+)$/.exec(line)?.[1];
    return title === undefined || title === "Console" ? [] : [`${file} › ${title}`];
  });
}

/** `      Tests  1 failed | 2 passed (3)`; failures as ` FAIL  file > suite > name`. */
export function vitest(lines: readonly string[]): TestReading | null {
  const files = lines.filter((line) => /^\s*Test Files\s+.*\(\d+\)$/.test(line));
  const summary = lines.filter((line) => /^\s*Tests\s+(.*\(\d+\)|no tests)$/.test(line));
  const errors = total(lines, /^\s*Errors\s+(\d+) errors?$/) ?? 0;
  if (files.length === 0) return null;
  const [tests, broken] = [sum(summary, "failed"), sum(files, "failed")];
  const found = names(lines, /^\s*FAIL\s+(?:\|[^|]+\|\s+)?(.+)$/).map((name) => name.replace(/ \[.*\]$/, ""));
  const failing = errors > 0 ? null : known(found, Math.max(tests, Math.min(broken, 1)));
  return { ran: tests + sum(summary, "passed"), failing, failed: tests + broken + errors };
}

/** `  3 passing (5ms)`, `  1 failing`, then the failures numbered, their titles over several lines. */
export function mocha(lines: readonly string[]): TestReading | null {
  const passing = total(lines, /^\s*(\d+) passing \([\d.]+\w+\)$/);
  if (passing === null) return null;
  const failed = total(lines, /^\s*(\d+) failing$/) ?? 0;
  const start = lines.findIndex((line) => /^\s*\d+ failing$/.test(line));
  const found = start < 0 ? [] : mochaTitles(lines.slice(start + 1));
  return { ran: passing + failed, failing: known(numbered(found), failed), failed };
}

function mochaTitles(lines: readonly string[]): string[] {
  return lines.flatMap((line, at) => {
    const first = /^ {2}\d+\) (.+)$/.exec(line)?.[1];
    if (first === undefined) return [];
    const more = lines.slice(at + 1, at + 10);
    const end = more.findIndex((next) => next.trim() === "");
    return [
      [first, ...more.slice(0, Math.max(0, end))]
        .map((part) => part.trim())
        .join(" ")
        .replace(/:$/, ""),
    ];
  });
}

/** ` 3 pass`, ` 1 fail`, `Ran 4 tests across 2 files.`; failures as `(fail) name [1.00ms]`. */
export function bun(lines: readonly string[]): TestReading | null {
  if (!lines.some((line) => /^Ran \d+ tests? across \d+ files?\./.test(line))) return null;
  const failed = total(lines, /^ *(\d+) fail$/) ?? 0;
  const found = names(lines, /^\(fail\) (.+?)(?: \[[\d.]+m?s\])?$/);
  const ran = (total(lines, /^ *(\d+) pass$/) ?? 0) + failed;
  return { ran, failing: known(numbered(found), failed), failed };
}

/** `FAILED | 2 passed | 1 failed (10ms)`; failures as `name => ./a_test.ts:3:6`. */
export function deno(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^(?:ok|FAILED) \| \d+ passed\b.* \| \d+ failed\b/.test(line));
  if (summary.length === 0) return null;
  const failed = sum(summary, "failed");
  const found = lines.flatMap((line) => {
    const [, name, file] = /^(\S.*) => (\S+?):\d+:\d+$/.exec(line) ?? [];
    return name === undefined ? [] : [`${file} › ${name}`];
  });
  return { ran: sum(summary, "passed") + failed, failing: known(found, failed), failed };
}
