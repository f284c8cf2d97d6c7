import type { Command } from "commander";
import { OPERATING_COMMANDS } from "./operating-commands.ts";
import { RUN_COMMANDS } from "./run-commands.ts";

export type CommandEntry = {
  readonly name: string;
  readonly summary: string;
  /** Adds arguments, options and the action; loaded only when the command is named. */
  readonly load: () => Promise<(command: Command) => void>;
};

/** Every command, in the order of `agentpr --help` and of the README. */
export const COMMANDS: readonly CommandEntry[] = [...RUN_COMMANDS, ...OPERATING_COMMANDS];
