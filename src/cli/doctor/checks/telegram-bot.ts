import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { variables } from "./variable.ts";

/** That the bot has a token and knows whom it may talk to; Telegram is not asked here. */
export async function telegramBot({ profile, source }: Context): Promise<Finding> {
  const {
    AGENTPR_TELEGRAM_BOT_TOKEN: token,
    AGENTPR_TELEGRAM_ALLOW_CHAT_IDS: chats,
    AGENTPR_TELEGRAM_ALLOW_USER_IDS: users,
  } = variables(
    source,
    "AGENTPR_TELEGRAM_BOT_TOKEN",
    "AGENTPR_TELEGRAM_ALLOW_CHAT_IDS",
    "AGENTPR_TELEGRAM_ALLOW_USER_IDS",
  );
  if (token === undefined)
    return profile === "telegram"
      ? failure("no token is set", "Set AGENTPR_TELEGRAM_BOT_TOKEN to the one that @BotFather gave")
      : ok("off: AGENTPR_TELEGRAM_BOT_TOKEN is not set");
  if (!/^\d+:[\w-]{30,}$/.test(token))
    return warning("the token does not look like one of @BotFather's", "Correct AGENTPR_TELEGRAM_BOT_TOKEN");
  return (chats ?? users) === undefined
    ? warning("it answers nobody unless --allow-chat-id is given", "Set AGENTPR_TELEGRAM_ALLOW_CHAT_IDS")
    : ok("token and chats are set");
}
