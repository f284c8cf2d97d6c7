import { judgeCount, tooMany } from "../../core/command-limit.ts";
import type { Intake } from "../../core/github-intake.ts";
import { countCommands, readCommandCount } from "../../database/command-counts.ts";
import type { ReceiveContext } from "./receive.ts";

type CommandIntake = Extract<Intake, { kind: "command" }>;

/** Carried out, told that it is too much, or passed over in silence. */
export type Allowed = { kind: "yes" } | { kind: "told"; text: string } | { kind: "silent" };

/** Counts a comment's commands against their writer and against the repository, in the database that all apps share. */
export async function allow(context: ReceiveContext, intake: CommandIntake): Promise<Allowed> {
  const { perUser, perRepository } = context.limits;
  const { author, repository } = intake;
  const mine = await judge(context, intake, userKey(author.login), perUser);
  if (mine !== "within") return answerOf(context, mine, `@${author.login}`, perUser);
  const ours = await judge(context, intake, `repository:${repository.repositoryId}`, perRepository);
  return ours === "within"
    ? { kind: "yes" }
    : answerOf(context, ours, "All people together in this repository", perRepository);
}

/** Whether a stranger is still heard, that is, gets a reaction; strangers use up nobody else's share. */
export async function hearStranger(context: ReceiveContext, intake: CommandIntake): Promise<boolean> {
  const who = strangerKey(intake.author.login);
  return (await judge(context, intake, who, context.limits.perUser)) === "within";
}

/** Somebody who was a stranger so often that even their role is not asked for again for a while. */
export async function isTiresome(
  { actions, limits }: ReceiveContext,
  { author }: CommandIntake,
): Promise<boolean> {
  const windowMs = limits.windowSec * 1_000;
  const who = strangerKey(author.login);
  const used = await readCommandCount(actions.world.database, { who, windowMs });
  return limits.perUser > 0 && used >= limits.perUser;
}

/** A click is a command by another way, and counts as one. */
export async function isClickTooMany(
  context: ReceiveContext,
  { guid, ...whose }: { guid: string } & ({ login: string } | { repositoryId: number }),
): Promise<boolean> {
  const { perUser, perRepository } = context.limits;
  const [who, most] =
    "login" in whose ? [userKey(whose.login), perUser] : [`repository:${whose.repositoryId}`, perRepository];
  return (await count(context, { who, add: 1, cause: `click:${guid}` }, most)) !== "within";
}

function judge(context: ReceiveContext, intake: CommandIntake, who: string, most: number) {
  const { commands, commentId } = intake;
  return count(context, { who, add: commands.length, cause: `comment:${commentId}` }, most);
}

async function count(
  { actions, limits }: ReceiveContext,
  order: { who: string; add: number; cause: string },
  most: number,
) {
  const used = await countCommands(actions.world.database, { ...order, windowMs: limits.windowSec * 1_000 });
  return judgeCount({ used, add: order.add, most });
}

function answerOf(
  { limits }: ReceiveContext,
  verdict: "first_over" | "over",
  whose: string,
  most: number,
): Allowed {
  if (verdict === "over") return { kind: "silent" };
  return { kind: "told", text: tooMany({ windowSec: limits.windowSec, whose, most }) };
}

function userKey(login: string): string {
  return `user:${login.toLowerCase()}`;
}

function strangerKey(login: string): string {
  return `stranger:${login.toLowerCase()}`;
}
