import type { Command } from "commander";
import { performCommand } from "../perform-command.ts";
import { namedRun, takesRun } from "../run-argument.ts";

export function defineListRuns(command: Command): void {
  command.option("--limit <number>", "at most so many", "50").action(async ({ limit }: { limit: string }) => {
    await performCommand(command, "list", { limit });
  });
}

export function defineNext(command: Command): void {
  command.option("--limit <number>", "at most so many", "20").action(async ({ limit }: { limit: string }) => {
    await performCommand(command, "next", { limit });
  });
}

export function defineExplain(command: Command): void {
  takesRun(command).action(() => performCommand(command, "explain", { run: namedRun(command) }));
}

export function defineShowRun(command: Command): void {
  takesRun(command).action(() => performCommand(command, "show", { run: namedRun(command) }));
}

export function defineAnalyze(command: Command): void {
  takesRun(command)
    .option("--attempt <number>", "which attempt; without it, the newest that ended")
    .action((_run: unknown, { attempt }: { attempt?: string }) =>
      performCommand(command, "analyze", { run: namedRun(command), attempt }),
    );
}
