import { outputLines } from "./test-output.ts";
import { numbered } from "./test-output-counting.ts";

const FAILURE =
  /\b(fail(ed|ure|ures|ing|s)?|errors?|panic(ked)?|exception|assert\w*|not ok|broken|aborted|fatal)\b|[✗✖×✘]/i;
/** What differs between two runs of the same failure: times, addresses, scratch folders, process numbers. */
const NOISE: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*|\b\d\d:\d\d:\d\d(\.\d+)?\b/g, "<time>"],
  [/\b\d+(\.\d+)?\s?(ms|µs|ns|s|sec|seconds?|min|minutes?)\b/g, "<time>"],
  [/\b0x[0-9a-f]+\b/gi, "<address>"],
  [/\/tmp\/[^\s:'"]+/g, "<scratch>"],
  [/\bpid[ =:]\d+/gi, "<process>"],
];
/** A line that says what failed, and not only that something did: a path, a dotted or joined name. */
const NAMES_SOMETHING =
  /[\w-]+\.\w{1,5}\b|\w::\w|\w[/\\]\w|\w\.\w+\.\w|\w_\w|[a-z][A-Z]\w|["'`][^"'`]{2,}["'`]/;
const ONLY_MAKE = /^(make|npm|yarn|pnpm|just|task|ninja|error|tox)\b.*\b(error|exit|failed|code)\b.*$/i;
const MOST = 500;
/** Tells a line of output from the name of a test. */
export const LINE_MARK = "output: ";

/**
 * The failure lines of a runner that nobody knows, as far as two runs of the same failure print the same. Numbers stay,
 * so that "3 failed" is not "4 failed". Null when no line says what failed: then nothing can be compared.
 */
export function readFailureLines(output: string): string[] | null {
  const lines = outputLines(output)
    .map((line) => line.trim().replace(/\s+/g, " "))
    .filter((line) => FAILURE.test(line));
  const telling = lines.filter((line) => NAMES_SOMETHING.test(line) && !ONLY_MAKE.test(line));
  if (telling.length === 0 || lines.length > MOST) return null;
  return numbered(lines.map((line) => `${LINE_MARK}${withoutNoise(line)}`)).sort();
}

function withoutNoise(line: string): string {
  return NOISE.reduce((text, [sign, word]) => text.replace(sign, word), line).slice(0, 500);
}
