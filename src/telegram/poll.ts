import type { Api } from "grammy";
import { messageOf } from "../core/problem.ts";
import { waited } from "../engine/lease.ts";
import type { World } from "../engine/world.ts";
import { ALLOWED_UPDATES } from "./incoming.ts";
import type { Intake } from "./intake.ts";

type PollOptions = { timeoutSec: number; idleMs: number; signal: AbortSignal };

/** Asks for news until told to stop. Telegram forgets an update when the next question names a later one, so it is kept first. */
export async function pollUpdates(
  { log }: Pick<World, "log">,
  api: Api,
  intake: Intake,
  options: PollOptions,
): Promise<void> {
  let offset = 0;
  while (!options.signal.aborted) {
    try {
      offset = await pollOnce(api, intake, { ...options, offset });
    } catch (error) {
      if (options.signal.aborted) return;
      log.warn({ why: messageOf(error) }, "Telegram did not answer; asked again soon");
      await waited(options.idleMs, options.signal);
    }
  }
}

/** More than the question itself waits: a connection that hangs must not hang for ever. */
const SLACK_MS = 15_000;

async function pollOnce(
  api: Api,
  intake: Intake,
  { offset, timeoutSec, signal }: PollOptions & { offset: number },
): Promise<number> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutSec * 1_000 + SLACK_MS)]);
  const wanted = { offset, timeout: timeoutSec, allowed_updates: ALLOWED_UPDATES };
  // grammY's types name a shim of the very class that Node has itself.
  const updates = await api.getUpdates(wanted, patience as unknown as Parameters<Api["getUpdates"]>[1]);
  for (const update of updates) await intake.take(update);
  return updates.reduce((next, { update_id }) => Math.max(next, update_id + 1), offset);
}
