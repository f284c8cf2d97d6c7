import { z } from "zod";
import { knownKeysAt } from "../core/known-keys.ts";
import { messageOf } from "../core/problem.ts";
import { didYouMean } from "../core/suggest.ts";
import { PolicyFile } from "./policy-schema.ts";

/** What is wrong at one place of the file, in words. */
export function explainIssue(issue: z.core.$ZodIssue): string {
  const at = issue.path.length === 0 ? "the file" : issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return `${at}: ${issue.message}`;
  const keys = issue.keys.map((key) => `"${key}"${didYouMean(key, knownKeysAt(PolicyFile, issue.path))}`);
  return `${at} has the unknown key ${keys.join(", ")}`;
}

const Patterns = z.array(z.string()).catch([]);

/** Regular expressions that are none. */
export function patternFaults(at: string, keys: Record<string, unknown>): string[] {
  return Patterns.parse(keys.known_test_failure_allowlist).flatMap((pattern) => {
    try {
      new RegExp(pattern);
      return [];
    } catch (error) {
      return [`${at}.known_test_failure_allowlist: ${messageOf(error)}`];
    }
  });
}
