import { parse } from "yaml";
import { messageOf } from "../../src/core/problem.ts";

/** The parsed document, or undefined with a note of why it could not be read. */
export function readYaml(path: string, text: string, notes: string[]): unknown {
  try {
    return parse(text, { maxAliasCount: 50 }) ?? {};
  } catch (error) {
    notes.push(`${path} is not YAML: ${messageOf(error)}`);
    return undefined;
  }
}
