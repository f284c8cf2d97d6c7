import { type Actor, lacks, mayUse } from "../../actions/actor.ts";
import { perform } from "../../actions/perform.ts";
import { type Fact, type Reply, refuse } from "../../actions/reply.ts";
import type { Intake } from "../../core/github-intake.ts";
import { parseRepositoryAddress, type RepositoryAddress } from "../../core/repository-address.ts";
import type { Run } from "../../core/run.ts";
import type { ReceiveContext } from "./receive.ts";

type CommandIntake = Extract<Intake, { kind: "command" }>;
type GitHubActor = Extract<Actor, { via: "github" }>;

const MOST_REPOSITORIES = 10;

/** The operator's private repository, where runs on others may be asked for and steered. */
export function isControl({ control }: ReceiveContext, { repository }: CommandIntake): boolean {
  return control !== null && control.toLowerCase() === `${repository.owner}/${repository.repo}`.toLowerCase();
}

export type Order = { words: readonly string[]; given: Record<string, string>; actor: GitHubActor };

/** `create octo/one octo/two#7 …`: a run on each, and one answer with all of them. */
export async function createMany(
  context: ReceiveContext,
  intake: CommandIntake,
  order: Order,
): Promise<Reply> {
  const fault = faultOf(context, intake, order);
  if (fault !== null) return refuse(fault);
  const addresses = order.words.map((word) => [word, parseRepositoryAddress(word, context.webUrl)] as const);
  const facts: Fact[] = [];
  let begun = 0;
  for (const [word, address] of new Map(addresses.map((pair) => [keyOf(...pair), pair] as const)).values()) {
    const reply = address === null ? notAnAddress(word) : await createOne(context, intake, order, address);
    if (reply.ok) begun += 1;
    facts.push([word, reply.ok ? reply.text : `not begun: ${reply.text}`]);
  }
  const list = facts.map(([word, text]) => `- ${word}: ${text}`).join("\n");
  return begun === facts.length
    ? { ok: true, text: "Begun:", facts }
    : refuse(`${begun} of ${facts.length} begun.\n\n${list}`);
}

function faultOf(context: ReceiveContext, intake: CommandIntake, { words, actor }: Order): string | null {
  if (!isControl(context, intake))
    return "`create` begins runs on other repositories, and only in the control repository; `/agentpr run` begins one here";
  if (!intake.repository.private) return "the control repository must be private, and this one is public";
  if (!mayUse(actor, "write")) return lacks(actor, "write");
  if (words.length === 0) return "name at least one repository: `/agentpr create owner/repo`";
  return words.length > MOST_REPOSITORIES ? `at most ${MOST_REPOSITORIES} repositories at a time` : null;
}

function keyOf(word: string, address: RepositoryAddress | null): string {
  return address === null ? word : `${address.owner}/${address.repo}#${address.issue ?? ""}`.toLowerCase();
}

function notAnAddress(word: string): Reply {
  return refuse(`${word} is no repository; write owner/repo, owner/repo#issue or its address`);
}

async function createOne(
  context: ReceiveContext,
  intake: CommandIntake,
  { given, actor }: Order,
  { owner, repo, issue }: RepositoryAddress,
): Promise<Reply> {
  const found = (await context.actions.github?.findRepository({ owner, repo })) ?? null;
  const refused = found === null ? null : await unauthorised(context, actor, found);
  if (refused !== null) return refuse(refused);
  const { title, issueBody, issueAuthor } = intake;
  const task = issue === null && given.task === undefined;
  return perform(context.actions, actor, "create", {
    ...given,
    ...{ owner, repo },
    ...(issue === null ? {} : { issue }),
    ...(found === null ? {} : { repository: found }),
    ...(task ? { request: { title, body: issueBody, author: issueAuthor } } : {}),
  });
}

type Where = { owner: string; repo: string; repositoryId: number; installationId: number | null };

/** Where the app is installed on the target, the person needs a say there too. */
async function unauthorised(
  { github }: ReceiveContext,
  actor: GitHubActor,
  target: Where,
): Promise<string | null> {
  if (target.installationId === null) return null;
  const there = { ...actor, role: await github.roleOf(target, actor.login) };
  return mayUse(there, "write")
    ? null
    : lacks(there, "write").replace("here", `on ${target.owner}/${target.repo}`);
}

/** Who asks about a run elsewhere, with the role that counts for it; null when it cannot be reached from here. */
export async function actorFor(
  { github }: ReceiveContext,
  actor: GitHubActor,
  run: Run,
): Promise<GitHubActor | null> {
  if (run.repositoryId === null) return null;
  if (run.mode === "fork") return { ...actor, inControl: true };
  const { owner, repo, repositoryId, installationId } = run;
  const role = await github.roleOf({ owner, repo, repositoryId, installationId }, actor.login);
  return { ...actor, role, repositoryId };
}
