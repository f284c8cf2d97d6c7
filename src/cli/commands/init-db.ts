import type { Command } from "commander";
import { optionsOf } from "../program.ts";

export function defineInitDb(command: Command): void {
  command.action(async () => {
    const { loadAppSettings } = await import("../../config/settings.ts");
    const { settingsSource } = await import("../sources.ts");
    const { printReply } = await import("../perform-command.ts");
    const { databaseUrl } = loadAppSettings(settingsSource(optionsOf(command)));
    await printReply(command, await bringUpToDate(databaseUrl));
  });
}

async function bringUpToDate(url: string) {
  const { connect } = await import("../../database/connect.ts");
  const { migrate } = await import("../../database/migrations.ts");
  const database = connect(url, { patient: true });
  try {
    const ran = await migrate(database);
    const text =
      ran.length === 0 ? "The database is up to date." : `The database is ready: ${ran.join(", ")}.`;
    return { ok: true as const, text, data: { dialect: database.dialect, migrations: ran } };
  } finally {
    await database.close();
  }
}
