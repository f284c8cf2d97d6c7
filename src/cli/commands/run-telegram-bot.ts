import { type Command, InvalidArgumentError } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import type { TelegramFlags } from "../../main/start-telegram-alone.ts";
import { requireHealth } from "../doctor/require-health.ts";
import { optionsOf } from "../program.ts";
import { serveUntilStopped } from "../serve-until-stopped.ts";

export function defineRunTelegramBot(command: Command): void {
  command
    .option(
      "--telegram-token <token>",
      "the bot's token; AGENTPR_TELEGRAM_BOT_TOKEN keeps it out of the process list",
    )
    .option("--allow-chat-id <number>", "a chat or person that may read; repeatable", number)
    .option("--write-chat-id <number>", "one that may change runs; repeatable", number)
    .option("--admin-chat-id <number>", "one that may approve; repeatable", number)
    .option("--allow-any-chat", "for development alone: whoever speaks is let in")
    .option("--poll-timeout-sec <number>", "how long one question for news waits", within(1, 600))
    .option("--idle-sleep-sec <number>", "pause after a question that went wrong", within(1, 600))
    .option("--list-limit <number>", "runs that a list shows", within(1, 1_000))
    .option("--rate-limit-window-sec <number>", "the time over which messages are counted", within(1, 86_400))
    .option("--rate-limit-per-chat <number>", "messages of one chat in that time", within(1, 100_000))
    .option("--rate-limit-global <number>", "messages of all chats in that time", within(1, 1_000_000))
    .option("--audit-log-file <file>", "where every message and its answer leave a line")
    .action(() => run(command));
}

async function run(command: Command): Promise<void> {
  const { allowAnyChat = false, ...flags } = optionsOf<TelegramFlags & { allowAnyChat?: boolean }>(command);
  if (allowAnyChat && process.env.NODE_ENV !== "development")
    throw new Problem(
      "--allow-any-chat is refused",
      "whoever finds the bot could steer every run",
      "Name the chats with --allow-chat-id; for development set NODE_ENV=development",
      EXIT.usage,
    );
  const { telegramToken: token } = flags;
  await requireHealth(command, "telegram", token === undefined ? {} : { AGENTPR_TELEGRAM_BOT_TOKEN: token });
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { startTelegramAlone } = await import("../../main/start-telegram-alone.ts");
  const settings = loadAppSettings(settingsSource(flags));
  await (await openDatabase(settings.databaseUrl)).close();
  await serveUntilStopped(command, [await startTelegramAlone(settings, { ...flags, anyChat: allowAnyChat })]);
}

function number(text: string, before: number[] = []): number[] {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value !== 0) return [...before, value];
  throw new InvalidArgumentError("It must be the number of a chat or of a person.");
}

function within(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
