// facts: a webhook's payload, parsed once into our own words; the last place that sees a raw payload.
// Each parser names only the fields it uses, so GitHub may add and change everything else.
import { z } from "zod";
import type { Account, Intake, Place } from "../../core/github-intake.ts";

export type Own = {
  /** Our app's id: what it did itself is never news. */
  appId: number;
  /** Bots and apps whose commands count; everybody else's automation is ignored. */
  bots: readonly string[];
};

/** What a parser is given besides the payload. */
export type Reader = (payload: unknown, own: Own) => Intake;

export const Id = z.number().int().positive();
export const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

export const User = z.object({ login: z.string(), type: z.string().default("User") });
/** Null for people whose account is gone. */
export const MaybeUser = User.nullish();

export const Repository = z.object({
  id: Id,
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string().default("main"),
  private: z.boolean().default(false),
  archived: z.boolean().default(false),
});
export const Installation = z.object({ id: Id });

/** Every event that comes from a repository to an app. */
export const FromRepository = z.object({
  repository: Repository,
  installation: Installation,
  sender: MaybeUser,
});

export function placeOf({ repository, installation }: Omit<z.infer<typeof FromRepository>, "sender">): Place {
  return {
    owner: repository.owner.login,
    repo: repository.name,
    repositoryId: repository.id,
    installationId: installation.id,
  };
}

export function ignored(why: string): Intake {
  return { kind: "ignored", why };
}

/** A person, or automation that was let in by name. "login[bot]" is a bot whatever its type says. */
export function mayAsk(account: Account, { bots }: Own): boolean {
  if (account.type === "User" && !account.login.endsWith("[bot]")) return true;
  return bots.some((bot) => bot.toLowerCase() === account.login.toLowerCase());
}
