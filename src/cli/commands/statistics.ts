import { type Command, Option } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { DIVISIONS, type Division } from "../../core/statistics/group-rows.ts";
import { parseSince, type Since } from "../../core/statistics/since.ts";
import { optionsOf } from "../program.ts";
import { answer, wholeOf } from "../statistics/answer.ts";

const SINCE = ["--since <time>", "runs made since then: 36h, 7d, 4w, or a date such as 2026-03-01"] as const;

export function defineGetGlobalStats(command: Command): void {
  command
    .option(...SINCE)
    .addOption(new Option("--by <what>", "also for each of these").choices(DIVISIONS))
    .action(async () => {
      const { since, by } = optionsOf<{ since?: string; by?: Division }>(command);
      const order = { since: sinceOf(since), by: by ?? null };
      const { readGlobalStats } = await import("../../reports/statistics.ts");
      const { statsText } = await import("../statistics/stats-text.ts");
      await answer(command, ({ database }) => readGlobalStats(database, order), statsText);
    });
}

export function defineRunBottlenecks(command: Command): void {
  command
    .option(...SINCE)
    .option("--limit <number>", "so many of the slowest runs", "20")
    .action(async () => {
      const { since, limit } = optionsOf<{ since?: string; limit: string }>(command);
      const order = { since: sinceOf(since), limit: wholeOf(limit, "--limit") };
      const { readBottlenecks } = await import("../../reports/statistics.ts");
      const { bottlenecksText } = await import("../statistics/bottlenecks-text.ts");
      await answer(command, ({ database }) => readBottlenecks(database, order), bottlenecksText);
    });
}

function sinceOf(text: string | undefined): Since {
  if (text === undefined) return null;
  const since = parseSince(text);
  if (since !== undefined) return since;
  throw new Problem(
    `"${text}" is no time`,
    "--since takes hours, days, weeks or a date",
    "Write it as 36h, 7d, 4w or 2026-03-01",
    EXIT.usage,
  );
}
