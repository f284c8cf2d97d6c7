import { messageOf } from "../core/problem.ts";
import type { State } from "../core/run.ts";
import { findRun } from "../database/runs.ts";
import { cardsShowing, SIMULATED_CHAT } from "../database/telegram-cards.ts";
import type { BotContext } from "./context.ts";
import { bringUpToDate } from "./refresh-cards.ts";

export type AddsWords = {
  /** A card of that run went out, to whoever asked for it; what a model says of it is added by an edit. */
  want(runId: string): void;
  /** It went out by itself: that is worth a question where the run waits for a person. */
  wantUnasked(runId: string): void;
  /** Resolves when nothing is being asked any more. */
  idle(): Promise<void>;
};

const AWAIT_PEOPLE: ReadonlySet<State> = new Set(["PUSHED", "PAUSED", "NEEDS_HUMAN", "FAILED"]);
const MOST_AT_ONCE = 2;
const MOST_WAITING = 100;

type Wanted = {
  isAsked: boolean;
  /** The card may have gone out just before the answer to an earlier one. */
  isLate: boolean;
};

/** Asks about each card that went out, behind the conversation's back; a card that gets no words stays as it is. */
export function createAddsWords(context: BotContext, chats: "real" | "simulated" = "real"): AddsWords {
  const wanted = new Map<string, Wanted>();
  const under = new Map<string, Promise<void>>();
  function begin(): void {
    for (const [runId, how] of wanted) {
      if (under.size >= MOST_AT_ONCE) return;
      if (under.has(runId)) continue;
      wanted.delete(runId);
      const asking = addWords(context, runId, { ...how, chats })
        .catch((error: unknown) => {
          if (!context.signal.aborted)
            context.actions.world.log.warn(
              { run: runId, why: messageOf(error) },
              "a card stays without words",
            );
        })
        .finally(() => {
          under.delete(runId);
          begin();
        });
      under.set(runId, asking);
    }
  }
  function want(runId: string, isAsked: boolean): void {
    if (context.cardWords === null || context.signal.aborted || wanted.size >= MOST_WAITING) return;
    const before = wanted.get(runId)?.isAsked ?? false;
    wanted.set(runId, { isAsked: isAsked || before, isLate: under.has(runId) });
    begin();
  }
  return {
    want: (runId) => want(runId, true),
    wantUnasked: (runId) => want(runId, false),
    idle: async () => {
      while (under.size > 0) await Promise.all(under.values());
    },
  };
}

type How = Wanted & { chats: "real" | "simulated" };

async function addWords(context: BotContext, runId: string, { chats, isAsked, isLate }: How): Promise<void> {
  const { cardWords, actions, signal } = context;
  const { knex } = actions.world.database;
  const run = await findRun(knex, runId);
  if (run === null || cardWords === null || !(isAsked || AWAIT_PEOPLE.has(run.state))) return;
  // What was known already stands on the card as it went out.
  if (!isLate && (await cardWords.known(run)) !== null) return;
  if ((await cardWords.ask(run, signal)) === null) return;
  for (const card of await cardsShowing(knex, runId))
    if ((card.chatId === SIMULATED_CHAT) === (chats === "simulated")) await bringUpToDate(context, card);
}
