import { READERS } from "./test-output-readers.ts";

export type TestReading = {
  /** How many tests ran; null when the output does not say. */
  ran: number | null;
  /** Names of the tests that failed, sorted; the second of one name is "name (2)". Null when not all of them are named. */
  failing: string[] | null;
  /** How many failures were counted at least: more than none is a failure, whatever the exit code says. */
  failed: number;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with the escape character
const CONTROLS = /(?:\u001b\[|\u009b)[0-9;:?]{0,40}[ -/]?[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: so do titles and links for a terminal, which end in a bell
const TITLES = /\u001b\][^\u0007\u001b]{0,500}(?:\u0007|\u001b\\)/g;
const LONGEST_RAW = 4_000;
const LONGEST = 1_000;

/** Reads a test runner's ordinary output. What several runners printed is added up; what none printed stays unknown. */
export function readTestOutput(output: string): TestReading {
  const lines = outputLines(output);
  return joinReadings(READERS.map((read) => read(lines)).filter((reading) => reading !== null));
}

/** Several readings as one: counts add up, and what one of them does not know is not known. */
export function joinReadings(readings: readonly TestReading[]): TestReading {
  if (readings.length === 0) return { ran: null, failing: null, failed: 0 };
  const [counts, names] = [readings.map(({ ran }) => ran), readings.map(({ failing }) => failing)];
  return {
    ran: counts.every((ran) => ran !== null) ? counts.reduce((sum, ran) => sum + ran, 0) : null,
    failing: names.every((failing) => failing !== null) ? names.flat().sort() : null,
    failed: readings.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Lines without colours and trailing blanks. No summary is longer; the patterns stay quick on whatever a test prints. */
export function outputLines(output: string): string[] {
  return output
    .split(/\r\n?|\n/)
    .map((line) =>
      line.slice(0, LONGEST_RAW).replace(CONTROLS, "").replace(TITLES, "").slice(0, LONGEST).trimEnd(),
    );
}
