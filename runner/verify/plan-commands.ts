import type { COMMAND_ORIGINS } from "../../src/core/evidence.ts";
import type { RepositorySettings } from "../../src/core/repository-settings.ts";
import { classifyCommand } from "../../src/core/test-command.ts";
import { ciCommands } from "./plan-ci.ts";
import { manifestCommands, packageScripts } from "./plan-manifests.ts";

export type PlannedCommand = {
  command: string;
  kind: "test" | "lint";
  origin: (typeof COMMAND_ORIGINS)[number];
};
export type PlanInput = {
  /** verify_commands of the policy. */
  policy: readonly string[];
  /** What the repository's own settings name. */
  repository: Pick<RepositorySettings, "testCommands" | "lintCommands">;
  /** Files of the base commit by path: what the agent wrote plans nothing. */
  files: ReadonlyMap<string, string>;
  /** Every path of the base commit. */
  paths: readonly string[];
  /** What the contract names, and what the worker ran: weak, taken only when nothing better is there. */
  contract: readonly string[];
  worker: readonly string[];
};
export type Plan = { commands: PlannedCommand[]; notes: string[] };

const MOST_COMMANDS = 8;

/** The commands to verify with, best source first. A person's word ends the search; the agent's is asked last. */
export function planCommands(input: PlanInput): Plan {
  const notes: string[] = [];
  const scripts = packageScripts(input.files, notes);
  const find = (origin: PlannedCommand["origin"], lines: readonly string[]) =>
    recognised(lines, origin, scripts);
  const own = [...trusted(input.policy, "policy", scripts), ...repositoryCommands(input.repository)];
  const ci = find("ci", ciCommands(input.files, notes));
  const manifest = find("manifest", manifestCommands(input, scripts));
  const weak = [...find("contract", input.contract), ...find("worker", input.worker)];
  const found = [own, ci, [...ci, ...manifest], [...ci, ...manifest, ...weak]].find(hasTest) ?? [
    ...ci,
    ...manifest,
  ];
  return { commands: withoutRepeats(found).slice(0, MOST_COMMANDS), notes };
}

function hasTest(commands: readonly PlannedCommand[]): boolean {
  return commands.some(({ kind }) => kind === "test");
}

/** A person wrote these, so what is not recognised is taken for a test. */
function trusted(
  lines: readonly string[],
  origin: PlannedCommand["origin"],
  scripts: Record<string, string>,
): PlannedCommand[] {
  return lines.map((command) => ({
    command,
    kind: classifyCommand(command, { scripts }) === "lint" ? "lint" : "test",
    origin,
  }));
}

function recognised(
  lines: readonly string[],
  origin: PlannedCommand["origin"],
  scripts: Record<string, string>,
): PlannedCommand[] {
  return lines.flatMap((command) => {
    const kind = classifyCommand(command, { scripts });
    return kind === "other" ? [] : [{ command, kind, origin }];
  });
}

function repositoryCommands({ testCommands, lintCommands }: PlanInput["repository"]): PlannedCommand[] {
  const origin = "repository";
  return [
    ...testCommands.map((command) => ({ command, kind: "test" as const, origin }) as const),
    ...lintCommands.map((command) => ({ command, kind: "lint" as const, origin }) as const),
  ];
}

function withoutRepeats(commands: readonly PlannedCommand[]): PlannedCommand[] {
  const seen = new Map<string, PlannedCommand>();
  for (const command of commands) {
    const words = command.command.trim().replace(/\s+/g, " ");
    if (!seen.has(words)) seen.set(words, command);
  }
  return [...seen.values()];
}
