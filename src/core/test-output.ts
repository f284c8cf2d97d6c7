import { READERS } from "./test-output-readers.ts";

export type TestReading = {
  /** How many tests ran; null when the output does not say. */
  ran: number | null;
  /** Names of the tests that failed, sorted; the second of one name is "name (2)". Null when the output does not name them. */
  failing: string[] | null;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g;

/** Reads a test runner's ordinary output. What several runners printed is added up; what none printed stays unknown. */
export function readTestOutput(output: string): TestReading {
  const lines = output.replace(COLOURS, "").replace(/\r\n?/g, "\n").split("\n").map(bounded);
  const readings = READERS.map((read) => read(lines)).filter((reading) => reading !== null);
  if (readings.length === 0) return { ran: null, failing: null };
  const [counts, names] = [readings.map(({ ran }) => ran), readings.map(({ failing }) => failing)];
  return {
    ran: counts.every((ran) => ran !== null) ? counts.reduce((sum, ran) => sum + ran, 0) : null,
    failing: names.every((failing) => failing !== null) ? names.flat().sort() : null,
  };
}

/** No summary is longer; the patterns stay quick on whatever a test prints. */
function bounded(line: string): string {
  return line.slice(0, 1_000);
}
