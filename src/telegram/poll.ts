import { type Api, GrammyError } from "grammy";
import { messageOf } from "../core/problem.ts";
import { waited } from "../engine/lease.ts";
import type { World } from "../engine/world.ts";
import { grammySignal } from "./bot-api.ts";
import { ALLOWED_UPDATES } from "./incoming.ts";
import type { Intake } from "./intake.ts";

type PollOptions = {
  timeoutSec: number;
  /** More than the question itself waits: a connection that hangs must not hang for ever. */
  unansweredMs: number;
  idleMs: number;
  signal: AbortSignal;
};

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
      await waited(Math.max(options.idleMs, toldToWait(error)), options.signal);
    }
  }
}

function toldToWait(error: unknown): number {
  return error instanceof GrammyError ? (error.parameters.retry_after ?? 0) * 1_000 : 0;
}

async function pollOnce(
  api: Api,
  intake: Intake,
  { offset, timeoutSec, unansweredMs, signal }: PollOptions & { offset: number },
): Promise<number> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutSec * 1_000 + unansweredMs)]);
  const wanted = { offset, timeout: timeoutSec, allowed_updates: ALLOWED_UPDATES };
  const updates = await api.getUpdates(wanted, grammySignal(patience));
  for (const update of updates) await intake.take(update);
  return updates.reduce((next, { update_id }) => Math.max(next, update_id + 1), offset);
}
