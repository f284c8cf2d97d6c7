import { type Command, Option } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { DIVISIONS, type Division } from "../../core/statistics/group-rows.ts";
import { parseSince, type Since } from "../../core/statistics/since.ts";
import type { Database } from "../../database/connect.ts";
import { optionsOf } from "../program.ts";

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
      await answer(command, (database) => readGlobalStats(database, order), statsText);
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
      await answer(command, (database) => readBottlenecks(database, order), bottlenecksText);
    });
}

/** Reads something from the database and prints it, as text or as one object with its version. */
async function answer<T extends object>(
  command: Command,
  read: (database: Database) => Promise<T>,
  text: (report: T, width: number) => string,
): Promise<void> {
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { terminalWidth } = await import("../statistics/table.ts");
  const options = optionsOf(command);
  const database = await openDatabase(loadAppSettings(settingsSource(options)).databaseUrl);
  try {
    const report = await read(database);
    const shown = options.json ? JSON.stringify({ ok: true, ...report }) : text(report, terminalWidth());
    process.stdout.write(`${shown}\n`);
  } finally {
    await database.close();
  }
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

/** A count from 1 to 1,000. */
function wholeOf(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 1_000) return number;
  throw new Problem(`"${text}" is no number for ${name}`, "it takes 1 to 1000", "Correct it", EXIT.usage);
}
