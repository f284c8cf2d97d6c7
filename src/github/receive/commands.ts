import { findAction } from "../../actions/actions.ts";
import { type Actor, tierOf } from "../../actions/actor.ts";
import { perform } from "../../actions/perform.ts";
import { type Reply, refuse } from "../../actions/reply.ts";
import type { FoundCommand } from "../../core/command.ts";
import type { Intake } from "../../core/github-intake.ts";
import type { Run } from "../../core/run.ts";
import { findRunsOf } from "../../database/runs.ts";
import { helpText, refusalText, replyText } from "../comments/answers.ts";
import { answer, react } from "./answer.ts";
import { argumentsOf } from "./arguments.ts";
import type { ReceiveContext, Received } from "./receive.ts";

type CommandIntake = Extract<Intake, { kind: "command" }>;

/** Carries out the commands of a new comment, in order, each under the writer's own role as it is now. */
export async function receiveCommands(received: Received, intake: CommandIntake): Promise<string> {
  const { guid, context } = received;
  const { repository, author } = intake;
  if (author.type !== "User") return `commands of ${author.type} ${author.login} are not taken`;
  const role = await context.github.roleOf(repository, author.login);
  const known = await runsOf(context, intake);
  const actor = (index: number): Actor => ({
    via: "github",
    login: author.login,
    role,
    repositoryId: repository.repositoryId,
    cause: `github:${guid}:${index}`,
  });
  const mine = known.some((run) => run.request.author === author.login);
  if (tierOf(actor(0)) === null && !mine) {
    await react(received, intake, "confused");
    return `@${author.login} has role ${role} and no say here`;
  }
  await react(received, intake, "eyes");
  const replies: Reply[] = [];
  for (const [index, command] of intake.commands.entries())
    replies.push(await carryOut(received, intake, { command, actor: actor(index), index }));
  await react(received, intake, replies.every((reply) => reply.ok) ? "rocket" : "confused");
  return replies.map((reply) => reply.text).join(" · ");
}

/** Actions that are about no single run. */
const ABOUT_MANY: ReadonlySet<string> = new Set(["list", "overview", "next", "pending_pr"]);

type Order = { command: FoundCommand; actor: Actor; index: number };

async function carryOut(
  received: Received,
  intake: CommandIntake,
  { command, actor, index }: Order,
): Promise<Reply> {
  const spoken = unspoken(command);
  const reply = spoken ?? (await reach(received.context, intake, command, actor));
  const text = textFor(command, reply);
  if (text !== null) await answer(received, intake, index, text);
  return reply;
}

/** What can be answered without doing anything: a call for help, and a command that cannot be read. */
function unspoken({ name, problem }: FoundCommand): Reply | null {
  if (problem !== null) return { ok: false, kind: "usage", text: `It cannot be read: ${problem}.` };
  return name === "help" ? { ok: true, text: "Commands are listed." } : null;
}

/** A question is answered where it was asked; what a run does about a request shows in its sticky comment. */
function textFor({ name, line }: FoundCommand, reply: Reply): string | null {
  if (!reply.ok) return refusalText(line, reply.text);
  if (name === "help") return helpText();
  return findAction(name)?.action.tier === "read" ? replyText(reply.text, reply.facts ?? []) : null;
}

async function reach(
  context: ReceiveContext,
  intake: CommandIntake,
  command: FoundCommand,
  actor: Actor,
): Promise<Reply> {
  const found = findAction(command.name);
  const given = argumentsOf(found?.name ?? null, command.args);
  if (found?.name === "create") return perform(context.actions, actor, "create", creation(intake, given));
  if (found === null || ABOUT_MANY.has(found.name))
    return perform(context.actions, actor, command.name, given);
  const [run] = await runsOf(context, intake);
  const named = given.run ?? run?.id;
  return named === undefined
    ? refuse("There is no run here yet. `/agentpr run` begins one.")
    : perform(context.actions, actor, found.name, { ...given, run: named });
}

/** The request is frozen as the delivery tells it; later edits of the issue change nothing. */
function creation(intake: CommandIntake, given: Record<string, string>): Record<string, unknown> {
  const { repository, title, issueBody, issueAuthor, issueRole, issueAt, issue } = intake;
  const standing = {
    ...(issueRole === null ? {} : { role: issueRole }),
    ...(issueAt === null ? {} : { at: issueAt }),
  };
  const request = { title, body: issueBody, author: issueAuthor, ...standing };
  return { ...given, owner: repository.owner, repo: repository.repo, issue, request, repository };
}

/** Runs that the operator carries on by way of a fork take no commands here. */
async function runsOf(
  { actions }: ReceiveContext,
  { repository, issue, isPullRequest }: CommandIntake,
): Promise<Run[]> {
  const key = isPullRequest ? { pr: issue } : { issue };
  const runs = await findRunsOf(actions.world.database.knex, repository.repositoryId, key);
  return runs.filter((run) => run.mode === "direct");
}
