import type { Command } from "commander";
import type { AppSettings } from "../../config/settings.ts";
import { EXIT, Problem } from "../../core/problem.ts";
import type { Database } from "../../database/connect.ts";
import { printJson, type Shape } from "../print-json.ts";
import { optionsOf } from "../program.ts";

type Given = {
  database: Database;
  settings: AppSettings;
  /** Who asks, for the journal. */
  by: () => Promise<string>;
};

/** Asks the database for something and prints it: as text, or as one object. */
export async function answer<T extends object>(
  command: Command,
  ask: (given: Given) => Promise<T & { version: Shape }>,
  text: (report: T, width: number) => string,
): Promise<void> {
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { terminalWidth } = await import("./table.ts");
  const options = optionsOf(command);
  const settings = loadAppSettings(settingsSource(options));
  const database = await openDatabase(settings.databaseUrl);
  try {
    const report = await ask({ database, settings, by: whoAsks });
    if (options.json) printJson(report.version, { ok: true, ...report });
    else process.stdout.write(`${text(report, terminalWidth())}\n`);
  } finally {
    await database.close();
  }
}

/** A count from 1 to 1,000. */
export function wholeOf(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 1_000) return number;
  throw new Problem(`"${text}" is no number for ${name}`, "it takes 1 to 1000", "Correct it", EXIT.usage);
}

async function whoAsks(): Promise<string> {
  const { cliActor } = await import("../cli-actor.ts");
  const { nameOf } = await import("../../actions/actor.ts");
  return nameOf(cliActor());
}
