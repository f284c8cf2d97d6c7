import { createHash } from "node:crypto";
import { z } from "zod";
import { branchName } from "../core/branch-name.ts";
import { Problem } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import { isOver, RepositoryName, Request } from "../core/run.ts";
import { UserPacket } from "../core/user-packet.ts";
import { findRun, findRunsOf } from "../database/runs.ts";
import { beginRun } from "../engine/advance.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, nameOf, roleOf } from "./actor.ts";
import { describeRun } from "./describe.ts";
import { openDuplicate } from "./open-duplicate.ts";
import { type Reply, refuse } from "./reply.ts";
import { RepositoryFacts } from "./repository.ts";

const Input = RepositoryName.extend({
  issue: z.coerce.number().int().positive().optional(),
  task: z.string().min(1).max(200_000).optional(),
  base: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[A-Za-z0-9._][A-Za-z0-9._/-]*$/)
    .optional(),
  prompt_version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .optional(),
  run_id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$/)
    .optional(),
  /** Once more, though a run that does the same is not over. */
  duplicate: z.boolean().or(z.stringbool()).default(false),
  /** Filled in by GitHub's front end, which has just been told them. */
  repository: RepositoryFacts.optional(),
  request: Request.omit({ issue: true, askedBy: true, packet: true }).optional(),
  /** What the person adds to the task packet. */
  packet: UserPacket.optional(),
});
type Input = z.infer<typeof Input>;

export const create = action({
  summary: "Begin a run: turn an issue or a task into a pull request",
  aliases: ["run"],
  tier: "write",
  input: Input,
  examples: ["/agentpr run", "agentpr create-run octo/widget --issue 7"],
  run: begin,
});

async function begin(context: ActionContext, actor: Actor, input: Input): Promise<Reply> {
  const id =
    input.run_id ??
    `run_${createHash("sha256").update(`${actor.cause}:${input.owner}/${input.repo}`).digest("hex").slice(0, 12)}`;
  const known = await findRun(context.world.database.knex, id);
  if (known) return input.run_id ? refuse(`A run ${id} exists already.`) : begun(known);
  const fault = context.promptFault(promptVersionOf(context, input));
  if (fault !== null) return { ok: false, kind: "usage", text: fault };
  const repository = await lookUp(context, input);
  if (repository === null)
    return refuse(
      `${input.owner}/${input.repo} cannot be reached: there is no such repository, or the app is not installed there and AGENTPR_GITHUB_TOKEN is not set. Install it there or set the token, then ask again.`,
    );
  if (repository.archived)
    return refuse(`${input.owner}/${input.repo} is archived, so nothing can be contributed to it.`);
  if (repository.private && repository.installationId === null)
    return refuse(
      `${input.owner}/${input.repo} is private, and a fork of it would show it: install the app there, then ask again.`,
    );
  const offered = await offeredAlready(context, repository, input);
  if (offered !== null) return refuse(offered);
  const asked = await requestOf(context, repository, input);
  if (asked === null)
    return refuse(input.issue ? `There is no issue #${input.issue}.` : "Say what to do: an issue or a task.");
  const same = input.duplicate ? null : await sameOpen(context, repository, asked);
  if (same !== null) return refuse(same);
  const request = withPacket(
    {
      ...asked,
      askedBy: { name: nameOf(actor), role: roleOf(actor) },
      seen: { private: repository.private },
    },
    input.packet,
  );
  return begun(await store(context, actor, { id, repository, request, input }));
}

async function lookUp({ github }: ActionContext, input: Input): Promise<RepositoryFacts | null> {
  if (input.repository) return input.repository;
  if (github === null)
    throw new Problem(
      "GitHub cannot be asked about the repository",
      "the app's credentials are not set, nor is a token",
      "Set APP_ID and PRIVATE_KEY, or AGENTPR_GITHUB_TOKEN, in .env",
    );
  return github.findRepository({ owner: input.owner, repo: input.repo });
}

/** Uninvited, nobody is asked twice about the same issue. */
async function offeredAlready(
  { world, github }: ActionContext,
  repository: RepositoryFacts,
  { issue }: Input,
): Promise<string | null> {
  if (repository.installationId !== null || issue === undefined) return null;
  const runs = await findRunsOf(world.database.knex, repository.repositoryId, { issue });
  const known = runs.find((run) => run.mode === "fork" && (run.prOpen || !isOver(run)));
  if (known) return `Run ${known.id} is about issue #${issue} already, and it is ${known.state}.`;
  const url = (await github?.findOwnPull?.(repository, issue)) ?? null;
  return url && `${url} of this account is open and about issue #${issue} already.`;
}

async function sameOpen(
  { world }: ActionContext,
  { repositoryId, owner, repo }: RepositoryFacts,
  request: Request,
): Promise<string | null> {
  const run = await openDuplicate(world.database.knex, repositoryId, request);
  return (
    run &&
    `Run ${run.id} does the same on ${owner}/${repo} already, and it is ${run.state}. To begin another say so: duplicate=yes, or --duplicate on the command line.`
  );
}

async function requestOf(
  context: ActionContext,
  repository: RepositoryFacts,
  input: Input,
): Promise<Request | null> {
  const issue = input.issue ?? null;
  if (input.request) return { ...input.request, issue };
  const { github } = context;
  const task = input.task ?? (issue === null ? taskWithout(context, input) : null);
  if (task !== null) return { title: firstLine(task), body: task, author: null, issue };
  const found = issue === null || github === null ? null : await github.readIssue(repository, issue);
  return found && { ...found, issue };
}

/** A packet alone is a task too, if it says what to do, and so is a prompt that asks for something itself. */
function taskWithout(context: ActionContext, { packet, prompt_version }: Input): string | null {
  const words = [...(packet?.title ? [packet.title] : []), ...(packet?.instructions ?? [])];
  if (words.length > 0) return words.join("\n\n");
  return context.ownTask?.(prompt_version ?? context.defaults.promptVersion) ?? null;
}

/** A title of the packet's own stands before the issue's; the rest is frozen beside it. */
function withPacket(request: Request, packet: UserPacket | undefined): Request {
  return packet === undefined ? request : { ...request, title: packet.title ?? request.title, packet };
}

function promptVersionOf({ defaults }: ActionContext, input: Input): string {
  return input.prompt_version ?? defaults.promptVersion;
}

function firstLine(text: string): string {
  return (text.trim().split("\n")[0] ?? "").slice(0, 200);
}

type Beginning = { id: string; repository: RepositoryFacts; request: Request; input: Input };

async function store(
  context: ActionContext,
  actor: Actor,
  { id, repository, request, input }: Beginning,
): Promise<Run> {
  const { world, defaults } = context;
  const policy = context.policyFor(repository);
  const run = {
    id,
    owner: repository.owner,
    repo: repository.repo,
    repositoryId: repository.repositoryId,
    installationId: repository.installationId,
    mode: repository.installationId === null ? ("fork" as const) : ("direct" as const),
    promptVersion: promptVersionOf(context, input),
    request,
    baseBranch: input.base ?? repository.defaultBranch,
    branch: branchName(policy.branch_prefix, id, request),
  };
  return world.database.transaction((trx) =>
    beginRun(world, trx, { run, by: nameOf(actor), held: !defaults.autokick, cause: actor.cause }),
  );
}

function begun(run: Run): Reply {
  return {
    ok: true,
    text: `Run ${run.id} is ${run.state} on ${run.owner}/${run.repo}.`,
    facts: describeRun(run),
    data: { run_id: run.id, state: run.state },
  };
}
