import type { TestReading } from "./test-output.ts";
import { known, names, numbered, sum, total } from "./test-output-counting.ts";

/** `ℹ tests 3` of the spec reporter, `# tests 3` of TAP. */
export function node(lines: readonly string[]): TestReading | null {
  const count = (word: string) => total(lines, new RegExp(`^(?:ℹ|#) ${word} (\\d+)$`));
  const ran = count("tests");
  const failed = count("fail");
  if (ran === null || failed === null) return null;
  const skipped = (count("skipped") ?? 0) + (count("todo") ?? 0);
  const broken = failed + (count("cancelled") ?? 0);
  const tap = names(lines, /^\s*not ok \d+ - (.+?)(?: # (?!TODO|SKIP).*)?$/i).filter(
    (name) => !/ # (TODO|SKIP)/i.test(name),
  );
  const section = lines.slice(lines.lastIndexOf("✖ failing tests:") + 1);
  const spec = names(section, /^\s*✖ (.+?)(?: \([\d.]+m?s\))?(?: # .*)?$/);
  return { ran: ran - skipped, failing: known(numbered(tap.length > 0 ? tap : spec), broken) };
}

/** `Tests:       1 failed, 2 passed, 3 total`; failures under `● suite › name`. */
export function jest(lines: readonly string[]): TestReading | null {
  const summary = lines.filter((line) => /^Tests:\s+.*\d+ total\s*$/.test(line));
  const suites = lines.filter((line) => /^Test Suites:\s+.*\d+ total\s*$/.test(line));
  if (suites.length === 0) return null;
  const failed = sum(summary, "failed") + sum(suites, "failed");
  const ran = sum(summary, "failed") + sum(summary, "passed");
  return { ran, failing: known(jestTitles(lines), failed) };
}

/** Titles are told apart by the file that the `FAIL` line before them names. */
function jestTitles(lines: readonly string[]): string[] {
  let file = "";
  return lines.flatMap((line) => {
    file = /^\s*FAIL\s+(?:.*\s)?(\S+\.\S+)(?:\s+\([\d.]+ m?s\))?\s*$/.exec(line)?.[1] ?? file;
    const title = /^\s*● (.+?)\s*$/.exec(line)?.[1];
    return title === undefined || title === "Console" ? [] : [`${file} › ${title}`];
  });
}

/** `      Tests  1 failed | 2 passed (3)`; failures as ` FAIL  file > suite > name`. */
export function vitest(lines: readonly string[]): TestReading | null {
  const files = lines.filter((line) => /^\s*Test Files\s+.*\(\d+\)\s*$/.test(line));
  const summary = lines.filter((line) => /^\s*Tests\s+(.*\(\d+\)|no tests)\s*$/.test(line));
  if (files.length === 0) return null;
  const failed = sum(summary, "failed") + sum(files, "failed");
  const found = names(lines, /^\s*FAIL\s+(?:\|[^|]+\|\s+)?(.+?)\s*$/).map((name) =>
    name.replace(/ \[.*\]$/, ""),
  );
  return { ran: sum(summary, "failed") + sum(summary, "passed"), failing: known(found, failed) };
}

/** `  3 passing (5ms)`, `  1 failing`, then the failures numbered, their titles over several lines. */
export function mocha(lines: readonly string[]): TestReading | null {
  const passing = total(lines, /^\s*(\d+) passing \([\d.]+\w+\)$/);
  if (passing === null) return null;
  const failing = total(lines, /^\s*(\d+) failing$/) ?? 0;
  const start = lines.findIndex((line) => /^\s*\d+ failing$/.test(line));
  const found = start < 0 ? [] : mochaTitles(lines.slice(start + 1));
  return { ran: passing + failing, failing: known(numbered(found), failing) };
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
