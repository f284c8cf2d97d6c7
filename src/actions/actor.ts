import { identityText } from "../core/people.ts";
import type { Role } from "../core/role.ts";

/** Who asks. Front ends fill it in; nobody else decides what someone is. */
export type Actor =
  | {
      via: "github";
      login: string;
      role: Role;
      repositoryId: number /** GUID of the delivery that carried the request. */;
      cause: string;
    }
  | { via: "cli"; user: string; cause: string };

export const TIERS = ["read", "write", "admin"] as const;
export type Tier = (typeof TIERS)[number];

const TIER_OF_ROLE: Record<Role, Tier | null> = {
  none: null,
  read: null, // everyone has read on a public repository, so it is no authority
  triage: "read",
  write: "write",
  maintain: "admin",
  admin: "admin",
};

export function tierOf(actor: Actor): Tier | null {
  return actor.via === "cli" ? "admin" : TIER_OF_ROLE[actor.role];
}

export function mayUse(actor: Actor, tier: Tier): boolean {
  const own = tierOf(actor);
  return own !== null && TIERS.indexOf(own) >= TIERS.indexOf(tier);
}

export function nameOf(actor: Actor): string {
  return actor.via === "cli" ? `${actor.user} (command line)` : `@${actor.login}`;
}

/** The account that asks, as policy's `people` names it. */
export function identityOf(actor: Actor): string {
  return identityText(
    actor.via === "cli" ? { kind: "unix", name: actor.user } : { kind: "github", name: actor.login },
  );
}

/** By which right an actor asks, in words. */
export function roleOf(actor: Actor): string {
  return actor.via === "cli" ? "operator" : actor.role;
}
