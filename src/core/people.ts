import type { Policy } from "./policy.ts";

/** An account somewhere, as `github:ada`, `telegram:12345` or `unix:ada`. */
export type Identity = { kind: keyof Policy["people"][string]; name: string };

export function identityText({ kind, name }: Identity): string {
  return `${kind}:${kind === "github" ? name.toLowerCase() : name}`;
}

/** Whom policy says that an account belongs to; null for one that belongs to nobody. Logins have no case, accounts have. */
export function personOf(identity: string, people: Policy["people"]): string | null {
  const found = Object.entries(people).find(([, accounts]) =>
    (["github", "telegram", "unix"] as const).some((kind) =>
      accounts[kind].some((name) => identityText({ kind, name: String(name) }) === identity),
    ),
  );
  return found?.[0] ?? null;
}

type Two = { requestedAs: string | null; confirmedAs: string };

/** Why these two are not surely two people, or null. Accounts that nobody has named are never enough. */
export function notTwoPeople(people: Policy["people"], { requestedAs, confirmedAs }: Two): string | null {
  const one = requestedAs === null ? null : personOf(requestedAs, people);
  const other = personOf(confirmedAs, people);
  if (one === null)
    return `policy asks for two people, and ${requestedAs ?? "who requested"} stands under nobody in people`;
  if (other === null) return `policy asks for two people, and ${confirmedAs} stands under nobody in people`;
  return one === other ? `policy asks for another person than ${one}, who requested it` : null;
}
