import type { COMMAND_ORIGINS } from "../../src/core/evidence.ts";
import type { RepositorySettings } from "../../src/core/repository-settings.ts";
import { classifyCommand, type Known } from "../../src/core/test-command.ts";
import { bareTestCommands, provesTests } from "../../src/core/test-command-proof.ts";
import { ciCommands } from "./plan-ci.ts";
import { manifestCommands, packageScripts } from "./plan-manifests.ts";
import { fileRecipes } from "./plan-recipes.ts";

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
  const known = { scripts: packageScripts(input.files, notes), recipes: fileRecipes(input.files) };
  const find = (origin: PlannedCommand["origin"], lines: readonly string[]) =>
    recognised(lines, origin, known);
  const own = [...trusted(input.policy, "policy", known), ...repositoryCommands(input.repository)];
  const ci = find("ci", ciCommands(input.files, notes));
  const manifest = find("manifest", manifestCommands(input, known));
  const weak = [...bared(input.contract, "contract", known), ...bared(input.worker, "worker", known)];
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
function trusted(lines: readonly string[], origin: PlannedCommand["origin"], known: Known): PlannedCommand[] {
  return lines.map((command) => ({
    command,
    kind: classifyCommand(command, known) === "lint" ? "lint" : "test",
    origin,
  }));
}

/** A line that hides the exit code of its tests is stripped down to them: their failure must be seen. */
function recognised(
  lines: readonly string[],
  origin: PlannedCommand["origin"],
  known: Known,
): PlannedCommand[] {
  return lines.flatMap((command): PlannedCommand[] => {
    const kind = classifyCommand(command, known);
    if (kind === "other") return [];
    if (kind === "test" && !provesTests(command, known)) return bared([command], origin, known);
    return [{ command, kind, origin }];
  });
}

/** Only the test commands themselves: whatever else such a line does would be done by the agent, with its exit code. */
function bared(lines: readonly string[], origin: PlannedCommand["origin"], known: Known): PlannedCommand[] {
  return lines.flatMap((line) =>
    bareTestCommands(line, known).map((command) => ({ command, kind: "test" as const, origin })),
  );
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
