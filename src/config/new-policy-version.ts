import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PolicyKey } from "../core/policy.ts";
import { EXIT, Problem } from "../core/problem.ts";
import { parseRepositoryName } from "../core/run.ts";
import { loadPolicy } from "./policy-file.ts";

export type PolicyChange = { key: PolicyKey; repository: string; from: unknown; to: unknown };
export type Written = { version: string; file: string };

/**
 * Writes the policy with one value changed for one repository beside the one in use: manager_policy.json,
 * manager_policy.2.json and so on. Each stands on the newest one that is there; none is ever edited.
 */
export function writePolicyVersion(file: string, change: PolicyChange): Written {
  const { newest, next, number } = versionsOf(file);
  refuseStale(newest, change);
  writeFileSync(next, `${JSON.stringify(changed(newest, change), null, 2)}\n`, { flag: "wx" });
  try {
    loadPolicy(next);
  } catch (error) {
    rmSync(next);
    throw error;
  }
  return { version: String(number), file: next };
}

function versionsOf(file: string): { newest: string; next: string; number: number } {
  const folder = dirname(file);
  const stem = basename(file, ".json").replace(/\.\d+$/, "");
  const numbers = readdirSync(folder).flatMap((name) => {
    const middle =
      name.startsWith(`${stem}.`) && name.endsWith(".json") ? name.slice(stem.length + 1, -5) : "";
    return /^\d{1,6}$/.test(middle) ? [Number(middle)] : [];
  });
  const number = Math.max(1, ...numbers);
  const path = (at: number) => join(folder, at === 1 ? `${stem}.json` : `${stem}.${at}.json`);
  return { newest: path(number), next: path(number + 1), number: number + 1 };
}

/** A proposal is about the value that its attempts had. */
function refuseStale(file: string, { key, repository, from }: PolicyChange): void {
  const names = parseRepositoryName(repository);
  const now = names === null ? undefined : loadPolicy(file).policyFor(names)[key];
  if (isDeepStrictEqual(now, from)) return;
  throw new Problem(
    "The policy has changed since",
    `${key} is ${JSON.stringify(now)} for ${repository} in ${basename(file)}, and the proposal is about ${JSON.stringify(from)}`,
    "Reject it; agentpr skills-feedback makes new ones from newer attempts",
    EXIT.refused,
  );
}

type Json = Record<string, unknown>;

/** The override of the repository gets the value; everything else is as it was. */
function changed(file: string, { key, repository, to }: PolicyChange): Json {
  const policy = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Json) : {};
  const step = (policy.run_agent_step ?? {}) as Json;
  const overrides = (step.repo_overrides ?? {}) as Json;
  const name =
    Object.keys(overrides).find((each) => each.toLowerCase() === repository.toLowerCase()) ?? repository;
  const own = { ...((overrides[name] ?? {}) as Json), [key]: to };
  return { ...policy, run_agent_step: { ...step, repo_overrides: { ...overrides, [name]: own } } };
}
