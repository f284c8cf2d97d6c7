import { finishUpdate, keepUpdate, unfinishedUpdates } from "../database/telegram-updates.ts";
import type { World } from "../engine/world.ts";
import { type Incoming, incomingOf, updateIdOf } from "./incoming.ts";
import type { Turns } from "./turns.ts";

export type Intake = {
  /** Writes an update down; whoever delivered it may then forget it. What it asks for is done afterwards. */
  take(payload: unknown): Promise<void>;
  /** What was written down and not dealt with when the bot ended. */
  resume(): Promise<void>;
  /** Resolves when nothing is being dealt with any more. */
  idle(): Promise<void>;
};

const MOST_AT_ONCE = 200;

type Dealing = {
  deal: (incoming: Incoming) => Promise<void>;
  /** From then on nothing new is begun. */
  signal: AbortSignal;
};

/** In each chat one after the other, as it was said; a slow answer in one keeps no other waiting. */
export function createIntake(world: World, turns: Turns, { deal, signal }: Dealing): Intake {
  /** Updates that are being dealt with: one that comes again meanwhile is the same. */
  const under = new Map<number, Promise<void>>();
  async function dealWith(incoming: Incoming): Promise<void> {
    if (signal.aborted) return; // it is written down, and comes back at the next start
    await deal(incoming);
    await finishUpdate(world.database, incoming.updateId);
  }
  function queue(incoming: Incoming): void {
    if (under.has(incoming.updateId)) return;
    const dealt = turns
      .take(chatOf(incoming), () => dealWith(incoming))
      .catch((error: unknown) =>
        world.log.error({ err: error, update: incoming.updateId }, "update left for the next start"),
      )
      .finally(() => under.delete(incoming.updateId));
    under.set(incoming.updateId, dealt);
  }
  const idle = async () => {
    while (under.size > 0) await Promise.all(under.values());
  };
  return {
    idle,
    take: async (payload) => {
      const id = updateIdOf(payload);
      if (id === null || !(await keepUpdate(world.database, id, payload))) return;
      const incoming = incomingOf(payload);
      if (incoming === null) return finishUpdate(world.database, id);
      if (under.size >= MOST_AT_ONCE) await Promise.race(under.values());
      queue(incoming);
    },
    resume: async () => {
      for (const payload of await unfinishedUpdates(world.database)) {
        const incoming = incomingOf(payload);
        if (incoming !== null) queue(incoming);
      }
    },
  };
}

function chatOf(incoming: Incoming): number {
  if (incoming.kind === "nothing") return 0;
  return incoming.kind === "membership" ? incoming.chatId : incoming.chat.id;
}
