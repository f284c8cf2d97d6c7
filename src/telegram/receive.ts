import { Api } from "grammy";
import { messageOf } from "../core/problem.ts";
import { waited } from "../engine/lease.ts";
import type { World } from "../engine/world.ts";
import { ALLOWED_UPDATES } from "./incoming.ts";
import type { Intake } from "./intake.ts";
import { pollUpdates } from "./poll.ts";
import { TELEGRAM_PATH } from "./webhook.ts";

type Receiving = {
  /** Where Telegram reaches this process; null polls. */
  publicUrl: string | null;
  secret: string;
  pollTimeoutSec: number;
  unansweredMs: number;
  idleMs: number;
  signal: AbortSignal;
};

const AGAIN_MS = 5_000;

/** A webhook where the internet reaches us, else long polling; never both, because Telegram allows one of them. */
export async function receiving(
  options: Receiving,
  world: Pick<World, "log">,
  api: Api,
  intake: Intake,
): Promise<void> {
  const { publicUrl, pollTimeoutSec: timeoutSec, signal } = options;
  // Until Telegram has agreed no news comes, so it is asked until it does.
  while (!signal.aborted && !(await isAgreed(options, world, api))) await waited(AGAIN_MS, signal);
  if (publicUrl === null) await pollUpdates(world, pollingApi(api), intake, { ...options, timeoutSec });
}

async function isAgreed(
  { publicUrl, secret }: Receiving,
  { log }: Pick<World, "log">,
  api: Api,
): Promise<boolean> {
  try {
    if (publicUrl === null) return await api.deleteWebhook();
    const allowed_updates = [...ALLOWED_UPDATES];
    return await api.setWebhook(`${publicUrl}${TELEGRAM_PATH}`, { secret_token: secret, allowed_updates });
  } catch (error) {
    log.error({ why: messageOf(error) }, "Telegram does not say how its news comes; asked again soon");
    return false;
  }
}

/** Polling tries again by itself, and must end at once when the bot does. */
function pollingApi({ token, options }: Api): Api {
  return new Api(token, { ...options, timeoutSeconds: 700 });
}
