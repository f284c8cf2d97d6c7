import { TIERS, type Tier } from "../actions/actor.ts";

type Lists = Record<Tier, { chats: readonly number[]; users: readonly number[] }>;

export type People = {
  /** What a person may do in a chat; null for strangers, and for everybody in a chat that nobody listed. */
  tierIn(chat: { id: number; type: string }, userId: number): Tier | null;
  /** Chats that notices go to, by number: those of admins, else of writers, else of readers. */
  told: readonly number[];
  /** What somebody who reads in that chat may do, as far as a notice may count on it. */
  tierOfChat(chatId: number): Tier;
};

type Options = Lists & {
  /** For development: whoever speaks is let in. */
  anyChat?: boolean;
};

/** Numbers of people and of their private chats are the same; a group's number lets nobody in, it only says where we speak. */
export function peopleOf({ anyChat = false, ...lists }: Options): People {
  const full = withDefaults(lists);
  const known = new Map<number, Tier>();
  for (const tier of TIERS)
    for (const id of [...full[tier].users, ...full[tier].chats.filter((each) => each > 0)])
      known.set(id, tier);
  const places = new Set(TIERS.flatMap((tier) => full[tier].chats));
  const nobody = known.size === 0 && places.size === 0;
  const tierOf = (id: number): Tier | null => known.get(id) ?? (anyChat ? (nobody ? "admin" : "read") : null);
  return {
    tierIn: ({ id, type }, userId) =>
      type === "private" || anyChat || places.has(id) ? tierOf(userId) : null,
    told: toldOf(full),
    tierOfChat: (id) => (id > 0 ? (tierOf(id) ?? "read") : "read"),
  };
}

/** Whoever may read may write, and whoever may write may approve, unless lists say otherwise. */
function withDefaults({ read, write, admin }: Lists): Lists {
  const writers = isEmpty(write) ? read : write;
  return { read, write: writers, admin: isEmpty(admin) ? writers : admin };
}

function isEmpty({ chats, users }: Lists[Tier]): boolean {
  return chats.length === 0 && users.length === 0;
}

function toldOf({ read, write, admin }: Lists): number[] {
  const list = [admin, write, read].find((each) => !isEmpty(each));
  return [...new Set([...(list?.chats ?? []), ...(list?.users ?? [])])];
}
