import { findAction } from "../../actions/actions.ts";
import { type Actor, tierOf } from "../../actions/actor.ts";
import { argumentsOf } from "../../actions/arguments.ts";
import { resolveRun } from "../../actions/named-run.ts";
import { perform } from "../../actions/perform.ts";
import { type Reply, refuse } from "../../actions/reply.ts";
import type { FoundCommand } from "../../core/command.ts";
import type { Intake } from "../../core/github-intake.ts";
import type { Run } from "../../core/run.ts";
import { findRunsOf } from "../../database/runs.ts";
import { helpText, refusalText, replyText } from "../comments/answers.ts";
import { answer, react } from "./answer.ts";
import { actorFor, createMany, isControl } from "./control.ts";
import { allow, hearStranger, isTiresome } from "./limits.ts";
import type { ReceiveContext, Received } from "./receive.ts";

type CommandIntake = Extract<Intake, { kind: "command" }>;
type GitHubActor = Extract<Actor, { via: "github" }>;

/** Carries out the commands of a new comment, in order, each under the writer's own role as it is then. */
export async function receiveCommands(received: Received, intake: CommandIntake): Promise<string> {
  const { context } = received;
  const { author, repository } = intake;
  if (await isTiresome(context, intake)) return `@${author.login} is not listened to for a while`;
  const role = await context.github.roleOf(repository, author.login);
  const known = await runsOf(context, intake);
  const isRequester = known.some((run) => run.request.author === author.login);
  if (tierOf(actorOf(intake, role, 0)) === null && !isRequester) {
    if (await hearStranger(context, intake)) await react(received, intake, "confused");
    return `@${author.login} has role ${role} and no say here`;
  }
  const allowed = await allow(context, intake);
  if (allowed.kind === "yes") return carryOutAll(received, intake, role);
  if (allowed.kind === "silent") return `@${author.login} gave too many commands`;
  await answer(received, intake, {
    key: `comment:${intake.commentId}:limit`,
    text: refusalText(firstLine(intake), allowed.text),
    about: null,
  });
  return allowed.text;
}

function firstLine({ commands }: CommandIntake): string {
  return commands[0]?.line ?? "/agentpr";
}

/** A comment commands once, however often and under whatever GUID we are told of it. */
function actorOf({ author, repository, commentId }: CommandIntake, role: GitHubActor["role"], index: number) {
  const { repositoryId } = repository;
  const cause = `comment:${commentId}:${index}`;
  return { via: "github", login: author.login, role, repositoryId, cause } satisfies GitHubActor;
}

async function carryOutAll(
  received: Received,
  intake: CommandIntake,
  role: GitHubActor["role"],
): Promise<string> {
  await react(received, intake, "eyes");
  const replies: Reply[] = [];
  for (const [index, command] of intake.commands.entries()) {
    // Between two commands of one comment a role may be taken away, and carrying out the first may have taken its time.
    const now =
      index === 0 ? role : await received.context.github.roleOf(intake.repository, intake.author.login);
    replies.push(await carryOut(received, intake, command, actorOf(intake, now, index)));
  }
  await react(received, intake, replies.every((reply) => reply.ok) ? "rocket" : "confused");
  return replies.map((reply) => reply.text).join(" · ");
}

/** Actions that are about no single run. */
const ABOUT_MANY: ReadonlySet<string> = new Set(["list", "overview", "next", "pending_pr"]);

async function carryOut(
  received: Received,
  intake: CommandIntake,
  command: FoundCommand,
  actor: GitHubActor,
): Promise<Reply> {
  const run = await runMeant(received.context, intake, command);
  const reply = unspoken(command) ?? (await reach(received.context, intake, { command, run, actor }));
  const text = textFor(command, reply);
  const about = reply.ok ? (run?.id ?? null) : null;
  if (text !== null) await answer(received, intake, { key: actor.cause, text, about });
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
  const action = findAction(name)?.action;
  const isQuestion = action?.isQuestion ?? action?.tier === "read";
  return isQuestion || name === "create" ? replyText(reply.text, reply.facts ?? []) : null;
}

type Order = { command: FoundCommand; run: Run | null; actor: GitHubActor };

async function reach(context: ReceiveContext, intake: CommandIntake, order: Order): Promise<Reply> {
  const { command, run } = order;
  const actor = { ...order.actor, inControl: isControl(context, intake) };
  const found = findAction(command.name);
  if (found === null) return perform(context.actions, actor, command.name, {});
  const isMany = command.name === "create";
  const args = isMany ? { ...command.args, positional: [] } : command.args;
  const given = argumentsOf(found.name, args);
  if (!given.ok) return { ok: false, kind: "usage", text: `It cannot be read: ${given.why}.` };
  if (isMany)
    return createMany(context, intake, { words: command.args.positional, given: given.input, actor });
  if (found.name === "create")
    return perform(context.actions, actor, "create", creation(intake, given.input));
  if (ABOUT_MANY.has(found.name)) return perform(context.actions, actor, found.name, given.input);
  if (run === null) return refuse(noRun(command));
  const who = actor.inControl ? await actorFor(context, actor, run) : actor;
  return perform(context.actions, who ?? actor, found.name, { ...given.input, run: run.id });
}

function noRun({ args }: FoundCommand): string {
  return args.named.run === undefined
    ? "There is no run here yet. `/agentpr run` begins one."
    : `There is no run ${args.named.run}.`;
}

/** The run that is named, or else the newest one of this issue or pull request. */
async function runMeant(context: ReceiveContext, intake: CommandIntake, { args }: FoundCommand) {
  const named = args.named.run;
  if (named !== undefined) {
    const { repositoryId } = intake.repository;
    const mayKnow = (run: Run) => isControl(context, intake) || run.repositoryId === repositoryId;
    const chosen = await resolveRun(context.actions.world.database.knex, named, mayKnow);
    return chosen.kind === "found" ? chosen.run : null;
  }
  return (await runsOf(context, intake))[0] ?? null;
}

/** The request is frozen as the delivery tells it; later edits of the issue change nothing. */
function creation(intake: CommandIntake, given: Record<string, string>): Record<string, unknown> {
  const { repository, title, issueBody, issueAuthor, issueRole, issueAt, issue } = intake;
  const standing = {
    ...(issueRole === null ? {} : { role: issueRole }),
    ...(issueAt === null ? {} : { at: issueAt }),
  };
  const request = { title, body: issueBody, author: issueAuthor, ...standing };
  const frozen = given.task === undefined ? { request } : {};
  return { ...given, owner: repository.owner, repo: repository.repo, issue, ...frozen, repository };
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
