import { finishUpdate, keepUpdate, unfinishedUpdates } from "../database/telegram-updates.ts";
import type { World } from "../engine/world.ts";
import { type Incoming, incomingOf, updateIdOf } from "./incoming.ts";

export type Intake = {
  /** Writes an update down; whoever delivered it may then forget it. What it asks for is done afterwards. */
  take(payload: unknown): Promise<void>;
  /** What was written down and not dealt with when the bot ended. */
  resume(): Promise<void>;
  /** Resolves when nothing is being dealt with any more. */
  idle(): Promise<void>;
};

const MOST_AT_ONCE = 200;

/** In each chat one after the other, as it was said; a slow answer in one keeps no other waiting. */
export function createIntake(world: World, deal: (incoming: Incoming) => Promise<void>): Intake {
  const queues = new Map<number, Promise<void>>();
  /** Updates that are being dealt with: one that comes again meanwhile is the same. */
  const under = new Set<number>();
  async function dealWith(incoming: Incoming): Promise<void> {
    await deal(incoming);
    await finishUpdate(world.database, incoming.updateId);
  }
  function queue(incoming: Incoming): void {
    if (under.has(incoming.updateId)) return;
    const chatId = chatOf(incoming);
    under.add(incoming.updateId);
    const next = (queues.get(chatId) ?? Promise.resolve())
      .then(() => dealWith(incoming))
      .catch((error: unknown) =>
        world.log.error({ err: error, update: incoming.updateId }, "update left for the next start"),
      )
      .finally(() => {
        under.delete(incoming.updateId);
        if (queues.get(chatId) === next) queues.delete(chatId);
      });
    queues.set(chatId, next);
  }
  const idle = async () => {
    while (under.size > 0) await Promise.all(queues.values());
  };
  return {
    idle,
    take: async (payload) => {
      const id = updateIdOf(payload);
      if (id === null || !(await keepUpdate(world.database, id, payload))) return;
      const incoming = incomingOf(payload);
      if (incoming === null) return finishUpdate(world.database, id);
      if (under.size >= MOST_AT_ONCE) await Promise.race(queues.values());
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
