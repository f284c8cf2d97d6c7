import { z } from "zod";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { ask } from "./ask.ts";
import { variables } from "./variable.ts";

const Me = z.object({ result: z.object({ username: z.string() }) });

/** Whether Telegram knows the token. The token is part of the address, so no address is ever shown. */
export async function telegramAnswers({ source }: Context, signal: AbortSignal): Promise<Finding> {
  const { AGENTPR_TELEGRAM_BOT_TOKEN: token, AGENTPR_TELEGRAM_API_ROOT: root = "https://api.telegram.org" } =
    variables(source, "AGENTPR_TELEGRAM_BOT_TOKEN", "AGENTPR_TELEGRAM_API_ROOT");
  if (token === undefined) return ok("there is no bot");
  const answer = await ask(`${root.replace(/\/+$/, "")}/bot${token}/getMe`, { signal });
  if (!answer.ok) return warning("Telegram does not answer", "Look at this machine's way to the internet");
  if (answer.status === 401 || answer.status === 404)
    return failure("Telegram does not know the token", "Ask @BotFather for it: /token");
  const me = Me.safeParse(answer.json);
  return me.success
    ? ok(`@${me.data.result.username}`)
    : warning(`Telegram answers ${answer.status}`, "Look again later: agentpr doctor --profile telegram");
}
