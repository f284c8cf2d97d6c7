import type { Command } from "commander";
import { performCommand } from "../perform-command.ts";
import { namedRun, takesRun } from "../run-argument.ts";
import { takesWatch, watchMs } from "../watch.ts";

type Looking = { limit?: string; explain?: true; watch?: string | true; attempt?: string; follow?: boolean };

export function defineListRuns(command: Command): void {
  takesWatch(command.option("--limit <number>", "at most so many", "50")).action((options: Looking) =>
    list(command, "list", options),
  );
}

export function defineNext(command: Command): void {
  takesWatch(command.option("--limit <number>", "at most so many", "20")).action((options: Looking) =>
    list(command, "next", options),
  );
}

async function list(command: Command, name: "list" | "next", { limit = "", watch }: Looking): Promise<void> {
  const { readList } = await import("../read-lists.ts");
  await readList(command, name, { limit, everyMs: watchMs(watch) });
}

export function defineExplain(command: Command): void {
  takesRun(command).action(() => performCommand(command, "explain", { run: namedRun(command) }));
}

export function defineShowRun(command: Command): void {
  takesWatch(takesRun(command))
    .option("--explain", "ask the manager's model to explain the card, where one is set")
    .action((_run: unknown, { watch, explain }: Looking) =>
      performCommand(command, "show", { run: namedRun(command), explain }, { everyMs: watchMs(watch) }),
    );
}

export function defineAnalyze(command: Command): void {
  takesRun(command)
    .option("--attempt <number>", "which attempt; without it, the newest that ended")
    .action((_run: unknown, { attempt }: Looking) =>
      performCommand(command, "analyze", { run: namedRun(command), attempt }),
    );
}

type Inspecting = Looking & {
  attemptLimit: string;
  eventLimit: string;
  commandLimit: string;
  includeLogTails?: boolean;
};

export function defineInspectRun(command: Command): void {
  takesWatch(takesRun(command))
    .option("--attempt-limit <number>", "at most so many attempts, the newest", "120")
    .option("--event-limit <number>", "at most so many events, the newest", "60")
    .option("--command-limit <number>", "at most so many commands of an attempt, the last", "20")
    .option("--include-log-tails", "with the ends of what Codex, the tests and the event stream said")
    .option("--follow", "then stream the attempt that is under way")
    .action((_run: unknown, options: Inspecting) => {
      const run = namedRun(command);
      const { attemptLimit, eventLimit, commandLimit, includeLogTails } = options;
      const input = {
        ...{ run, attempt_limit: attemptLimit, event_limit: eventLimit, command_limit: commandLimit },
        include_log_tails: includeLogTails,
      };
      return performCommand(command, "inspect", input, {
        everyMs: watchMs(options.watch),
        follow: options.follow ? run : null,
      });
    });
}

export function defineLogs(command: Command): void {
  takesRun(command)
    .option("--attempt <number>", "which attempt; without it, the newest")
    .option("--follow", "then stream the attempt that is under way")
    .action((_run: unknown, { attempt, follow }: Looking) => {
      const run = namedRun(command);
      return performCommand(command, "logs", { run, attempt }, { follow: follow ? run : null });
    });
}
