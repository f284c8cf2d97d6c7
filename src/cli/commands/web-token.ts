import type { Command } from "commander";
import type { Reply } from "../../actions/reply.ts";
import type { AppSettings } from "../../config/settings.ts";
import { optionsOf } from "../program.ts";

const MOST_MINUTES = 1_440;

export function defineWebToken(command: Command): void {
  command
    .option("--minutes <n>", "how long the link is good for", "15")
    .action(async ({ minutes }: { minutes: string }) => {
      const { loadAppSettings } = await import("../../config/settings.ts");
      const { settingsSource } = await import("../sources.ts");
      const { printReply } = await import("../perform-command.ts");
      await printReply(command, await makeLink(loadAppSettings(settingsSource(optionsOf(command))), minutes));
    });
}

/** The link signs in once, as whoever holds this account; the database keeps its hash alone. */
async function makeLink(settings: AppSettings, given: string): Promise<Reply> {
  const minutes = Number(given);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_MINUTES)
    return { ok: false, kind: "usage", text: `--minutes takes a whole number from 1 to ${MOST_MINUTES}` };
  const { openDatabase } = await import("../open-database.ts");
  const { userName } = await import("../cli-actor.ts");
  const { insertWebLink } = await import("../../database/web-sessions.ts");
  const { hashOf, newSecret } = await import("../../web/session.ts");
  const { pagesAt } = await import("../../main/pages-at.ts");
  const database = await openDatabase(settings.databaseUrl);
  const token = newSecret();
  try {
    const link = { madeBy: userName(), tokenHash: hashOf(token), ttlMs: minutes * 60_000 };
    await insertWebLink(database, link);
  } finally {
    await database.close();
  }
  const url = `${pagesAt(settings)}/sign-in/link?token=${token}`;
  return { ok: true, text: url, facts: [["good for", `${minutes} minutes, once`]], data: { url, minutes } };
}
