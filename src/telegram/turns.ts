/** In each chat one thing after the other: an edit never goes over what came of a press meanwhile. */
export type Turns = {
  isFree(chatId: number): boolean;
  take<T>(chatId: number, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way in any chat. */
  idle(): Promise<void>;
};

export function createTurns(): Turns {
  const last = new Map<number, Promise<void>>();
  return {
    isFree: (chatId) => !last.has(chatId),
    take: (chatId, work) => {
      const mine = (last.get(chatId) ?? Promise.resolve()).then(work);
      const end = () => {
        if (last.get(chatId) === over) last.delete(chatId);
      };
      const over = mine.then(end, end);
      last.set(chatId, over);
      return mine;
    },
    idle: async () => {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
