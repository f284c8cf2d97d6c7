import type { TestReading } from "./test-output.ts";
import { cargo, ctest, dotnet, go, goJson, gradle, maven } from "./test-output-compiled.ts";
import { bun, deno, jest, mocha, node, tap, vitest } from "./test-output-javascript.ts";
import { minitest, phpunit, pytest, rspec, unittest } from "./test-output-scripting.ts";

type Reader = (lines: readonly string[]) => TestReading | null;

/** Each recognises its own runner by the summary that only that runner prints; null when it is not there. */
export const READERS: readonly Reader[] = [
  ...[node, tap, jest, vitest, mocha, bun, deno],
  ...[pytest, unittest, rspec, minitest, phpunit],
  ...[go, goJson, cargo, maven, gradle, dotnet, ctest],
  nothing,
];

const NOTHING = [
  /^make(\[\d+\])?: ('.+' is up to date|Nothing to be done for '.+')\.$/,
  /^No tests? (files )?found\b/i,
  /^(Error: )?no test specified\b/,
  /^\?\s+\S+\s+\[no test files\]$/,
  /^No tests (were found!!!|executed!)$/,
  /^(\[\w+\] )?No tests to run\.$/,
];

/** Says in words that there was nothing to run. */
function nothing(lines: readonly string[]): TestReading | null {
  const said = lines.some((line) => NOTHING.some((sign) => sign.test(line)));
  return said ? { ran: 0, failing: [], failed: 0 } : null;
}
