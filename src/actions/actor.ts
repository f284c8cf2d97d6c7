import { identityText } from "../core/people.ts";
import type { Role } from "../core/role.ts";

/** Who asks. Front ends fill it in; nobody else decides what someone is. */
export type Actor =
  | {
      via: "github";
      login: string;
      /** In the repository that is meant, as GitHub says it now. */
      role: Role;
      repositoryId: number;
      /** Said in the control repository, from where runs by way of forks can be steered. */
      inControl?: boolean;
      /** What was clicked or written: the same however often it is told. */
      cause: string;
    }
  | { via: "cli"; user: string; cause: string }
  | {
      via: "telegram";
      user: number;
      name: string;
      tier: Tier;
      /** Nobody else reads along. */
      alone: boolean;
      /** The request whose one-use button this person has just pressed. */
      pressed: string | null;
      cause: string;
    };

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
  if (actor.via === "github") return TIER_OF_ROLE[actor.role];
  return actor.via === "cli" ? "admin" : actor.tier;
}

export function mayUse(actor: Actor, tier: Tier): boolean {
  const own = tierOf(actor);
  return own !== null && TIERS.indexOf(own) >= TIERS.indexOf(tier);
}

const LEAST_ROLE: Record<Tier, Role> = { read: "triage", write: "write", admin: "maintain" };

/** What somebody lacks for a tier, in the words of the place where they asked. */
export function lacks(actor: Actor, tier: Tier): string {
  return actor.via !== "github"
    ? `This needs the ${tier} tier.`
    : `This needs the role ${LEAST_ROLE[tier]} or above here, and @${actor.login} has ${actor.role}.`;
}

export function nameOf(actor: Actor): string {
  if (actor.via === "github") return `@${actor.login}`;
  if (actor.via === "cli") return `${actor.user} (command line)`;
  return `${actor.name.slice(0, 60)} (Telegram ${actor.user})`;
}

/** The account that asks, as policy's `people` names it. */
export function identityOf(actor: Actor): string {
  if (actor.via === "cli") return identityText({ kind: "unix", name: actor.user });
  if (actor.via === "github") return identityText({ kind: "github", name: actor.login });
  return identityText({ kind: "telegram", name: String(actor.user) });
}

/** By which right an actor asks, in words. */
export function roleOf(actor: Actor): string {
  if (actor.via === "github") return actor.role;
  return actor.via === "cli" ? "operator" : `Telegram ${actor.tier}`;
}

/** A confirmation code is shown to nobody who could not use it, and to nobody while others read along. */
export function mayHaveCode(actor: Actor): boolean {
  return actor.via === "cli" || (actor.via === "telegram" && actor.alone && mayUse(actor, "admin"));
}
