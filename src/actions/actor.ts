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

const LEAST_ROLE: Record<Tier, Role> = { read: "triage", write: "write", admin: "maintain" };

/** What somebody lacks for a tier, in the words of the place where they asked. */
export function lacks(actor: Actor, tier: Tier): string {
  return actor.via === "cli"
    ? `This needs the ${tier} tier.`
    : `This needs the role ${LEAST_ROLE[tier]} or above here, and @${actor.login} has ${actor.role}.`;
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
