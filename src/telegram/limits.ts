export type Limited = "free" | "said" | "silent";

export type Limits = {
  /** Counts a message. `said`: it is the first that is too many, so its sender is told; later ones are not even answered. */
  take(chatId: number): Limited;
};

type Options = { windowMs: number; perChat: number; global: number; nowMs: () => number };

/** Sliding windows in memory: what was before a restart counts for nothing. */
export function createLimits({ windowMs, perChat, global, nowMs }: Options): Limits {
  const chats = new Map<number, number[]>();
  const told = new Map<number, number>();
  let all: number[] = [];
  return {
    take(chatId) {
      const now = nowMs();
      const within = (at: number) => at > now - windowMs;
      all = all.filter(within);
      const own = (chats.get(chatId) ?? []).filter(within);
      if (own.length < perChat && all.length < global) {
        all.push(now);
        chats.set(chatId, [...own, now]);
        told.delete(chatId);
        return "free";
      }
      chats.set(chatId, own);
      if (within(told.get(chatId) ?? Number.NEGATIVE_INFINITY)) return "silent";
      told.set(chatId, now);
      return "said";
    },
  };
}
