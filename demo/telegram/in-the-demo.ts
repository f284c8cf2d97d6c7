import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { becomes, type Play } from "../scenarios/steps.ts";
import type { LocalTelegram } from "./start-local-telegram.ts";

/** The maintainer's phone. */
const ADA = { id: 1_001, name: "Ada" };
const NAMES = { request_pr: "Request PR", diff: "Diff", approve_pr: "Confirm" } as const;

/** The bot runs inside the demo's app, and knows one person. */
export function telegramSettings({ url, token }: LocalTelegram): Record<string, string> {
  return {
    AGENTPR_TELEGRAM_BOT_TOKEN: token,
    AGENTPR_TELEGRAM_API_ROOT: url,
    AGENTPR_TELEGRAM_ALLOW_CHAT_IDS: String(ADA.id),
    AGENTPR_TELEGRAM_NOTIFY_SCAN_SEC: "0",
    AGENTPR_TELEGRAM_NL_MODE: "rules",
  };
}

/** Presses a button of the bot's card, as soon as it is there. */
export async function pressInTelegram(
  { timeline, watch }: Play,
  telegram: LocalTelegram,
  identifier: keyof typeof NAMES,
): Promise<void> {
  const label = NAMES[identifier];
  const { shown, key } = await becomes(`the button ${label}`, async () => {
    await watch.catchUp();
    return telegram.button(ADA.id, label);
  });
  timeline.say("button in Telegram", key.text);
  telegram.state.transcript.push(`**Ada** presses \`${key.text}\``);
  telegram.press(ADA, shown, key.callback_data);
  if (identifier === "diff") await becomes("the diff", async () => hasDiff(telegram));
}

function hasDiff(telegram: LocalTelegram): boolean {
  return telegram.shown(ADA.id).some(({ document }) => document?.text.includes("diff --git") ?? false);
}

/** Asks the bot something in plain words. */
export function sayInTelegram({ timeline }: Play, telegram: LocalTelegram, text: string): void {
  timeline.say("said in Telegram", text);
  telegram.say(ADA, text);
}

/** Everything that was said, for whoever wants to read it afterwards. */
export async function keepTranscript({ stage, timeline }: Play, telegram: LocalTelegram): Promise<void> {
  await becomes("the end in Telegram", async () =>
    telegram.shown(ADA.id).some(({ text }) => text.includes("is done")),
  );
  const file = join(stage.dir, "telegram.md");
  await writeFile(file, `${telegram.state.transcript.join("\n\n")}\n`);
  timeline.say("transcript", file);
}
