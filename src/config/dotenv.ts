import { readFileSync } from "node:fs";
import { messageOf, Problem } from "../core/problem.ts";
import type { Environment } from "./env.ts";

export type DotenvSource = {
  env: Environment;
  file: string;
  /** The file was asked for by name, so its absence is an error. */
  required: boolean;
  /** Names that may be taken from the file. */
  only: ReadonlySet<string>;
};

/** The environment, with what it lacks filled in from the file. What is set already always wins; what is empty is left out. */
export function withDotenv({ env, file, required, only }: DotenvSource): Environment {
  const found = Object.entries(parseDotenv(readIfThere(file, required), file));
  const missing = found.filter(([name]) => only.has(name) && env[name] === undefined);
  const all = Object.entries({ ...Object.fromEntries(missing), ...env });
  return Object.fromEntries(all.filter(([, value]) => value !== ""));
}

function readIfThere(file: string, required: boolean): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new Problem(
      `The settings file ${file} cannot be read`,
      messageOf(error),
      "Correct its path or rights",
    );
  }
}

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

/**
 * `NAME=value` by line: `#` lines and blank ones are skipped, a leading `export` too, one pair of quotes is taken off.
 * Nothing is interpolated and there are no comments behind a value. A quoted value may go over several lines, as a PEM key does.
 */
export function parseDotenv(text: string, file: string): Record<string, string> {
  const lines = text.split(/\r?\n/);
  const values: Record<string, string> = {};
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? "").trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, name, first] = ASSIGNMENT.exec(line) ?? malformed(file, index, "it is not NAME=value");
    const { value, last } = readValue(lines, index, first ?? "");
    if (value === null) malformed(file, index, "its quote is never closed");
    else values[name ?? ""] = value;
    index = last;
  }
  return values;
}

type Read = { value: string | null; last: number };

function readValue(lines: readonly string[], index: number, first: string): Read {
  const quote = first[0];
  if (quote !== '"' && quote !== "'") return { value: first, last: index };
  if (isClosed(first, quote)) return { value: first.slice(1, -1), last: index };
  const end = lines.findIndex((line, at) => at > index && line.trimEnd().endsWith(quote));
  if (end === -1) return { value: null, last: index };
  const whole = [first, ...lines.slice(index + 1, end + 1)].join("\n").trimEnd();
  return { value: whole.slice(1, -1), last: end };
}

function isClosed(text: string, quote: string): boolean {
  return text.length > 1 && text.endsWith(quote);
}

/** The line's words may be a secret, so only its number is told. */
function malformed(file: string, index: number, why: string): never {
  throw new Problem(
    `Line ${index + 1} of ${file} cannot be read`,
    why,
    "Write it as NAME=value, or begin it with # to leave it out; .env.example shows every setting",
  );
}
