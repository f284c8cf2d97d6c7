import { EXIT, Problem } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import type { Database } from "../database/connect.ts";
import type { GlobalOptions } from "./program.ts";

/** The id in full of the run that is named, for commands that do more than one action with it. */
export async function runIdOf(options: GlobalOptions, name: string): Promise<string> {
  const { loadAppSettings } = await import("../config/settings.ts");
  const { openDatabase } = await import("./open-database.ts");
  const { settingsSource } = await import("./sources.ts");
  const database = await openDatabase(loadAppSettings(settingsSource(options)).databaseUrl);
  try {
    return (await runIn(database, name)).id;
  } finally {
    await database.close();
  }
}

export async function runIn({ knex }: Database, name: string): Promise<Run> {
  const { resolveRun } = await import("../actions/named-run.ts");
  const chosen = await resolveRun(knex, name);
  if (chosen.kind === "found") return chosen.run;
  if (chosen.kind === "none") throw notFound(name);
  const { severalInWords } = await import("../core/run-name.ts");
  throw new Problem(
    "Several runs are meant",
    severalInWords(name, chosen.runs),
    "Name one of them",
    EXIT.usage,
  );
}

function notFound(name: string): Problem {
  const remedy = "List what there is with: agentpr list-runs";
  return new Problem(`There is no run ${name}`, "nothing here has that name", remedy, EXIT.notFound);
}
