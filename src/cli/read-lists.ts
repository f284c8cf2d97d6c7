import type { Command } from "commander";
import type { Reply } from "../actions/reply.ts";
import { EXIT, Problem } from "../core/problem.ts";
import { printReply } from "./perform-command.ts";
import { optionsOf } from "./program.ts";

type How = { limit: string; everyMs: number | null };

/** `list-runs` and `next` are asked all day: they load nothing but the database and themselves. */
export async function readList(
  command: Command,
  name: "list" | "next",
  { limit, everyMs }: How,
): Promise<void> {
  const { loadAppSettings } = await import("../config/settings.ts");
  const { settingsSource } = await import("./sources.ts");
  const { openDatabase } = await import("./open-database.ts");
  const { cliActor } = await import("./cli-actor.ts");
  const settings = loadAppSettings(settingsSource(optionsOf(command)));
  const database = await openDatabase(settings.databaseUrl);
  const ask = async (): Promise<Reply> => {
    if (name === "list") {
      const { ListInput, listNow } = await import("../actions/list.ts");
      return listNow(database, cliActor(), usable(ListInput.safeParse({ limit }).data, limit));
    }
    const { NextInput, nextNow } = await import("../actions/next.ts");
    return nextNow(database, cliActor(), usable(NextInput.safeParse({ limit }).data, limit));
  };
  const round = async () => printReply(command, await ask(), settings.github.webUrl);
  try {
    await (everyMs === null ? round() : (await import("./watch.ts")).watching(everyMs, round));
  } finally {
    await database.close();
  }
}

function usable<T>(input: T | undefined, limit: string): T {
  if (input !== undefined) return input;
  throw new Problem(
    `--limit ${limit} is not usable`,
    "it must be a whole number from 1 to 1000",
    "Correct --limit",
    EXIT.usage,
  );
}
