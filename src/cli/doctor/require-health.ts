import type { Command } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { optionsOf } from "../program.ts";
import { settingsSource } from "../sources.ts";
import type { Profile } from "./check.ts";

/** More would bury what to do first. */
const MOST_TOLD = 3;

/** What every process does first: the checks of its profile that are quick and ask nobody. A failure ends it here. */
export async function requireHealth(
  command: Command,
  profile: Profile,
  /** Variables that were given as flags. */
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { skipDoctor = false, ...options } = optionsOf(command);
  if (skipDoctor) return;
  const { checksOf } = await import("./checks.ts");
  const { runChecks } = await import("./run-checks.ts");
  const source = settingsSource(options);
  const order = { profile, source: { ...source, env: { ...source.env, ...given } }, quick: true };
  const { ok, checks } = await runChecks(checksOf({ ...order, requireCodex: profile === "runner" }));
  if (ok) return;
  const failed = checks.filter(({ verdict }) => verdict === "failure").slice(0, MOST_TOLD);
  throw new Problem(
    `The ${profile} cannot run here yet`,
    failed.map(({ name, why }) => `${name}: ${why}`).join("; "),
    `${failed.map(({ remedy }) => remedy).join("; ")}. All of it: agentpr doctor --profile ${profile}`,
    EXIT.environment,
  );
}
