import { authorise } from "../access.ts";
import { type Actor, actorOf } from "../actor.ts";
import type { ApiFault } from "../faults.ts";
import type { Hub } from "../hub.ts";
import { replyAfter, replyBefore } from "./fault-reply.ts";
import { checkBody, parseJson } from "./read-body.ts";
import { notFound, Refusal, type Reply } from "./reply.ts";
import type { RepositoryRequest } from "./route.ts";
import type { Match } from "./router.ts";

export type Incoming = {
  url: URL;
  headers: Readonly<Record<string, string>>;
  read: () => Promise<string>;
  match: Match | null;
};

export type Outcome = { reply: Reply; actor: Actor; requestBody: unknown; fault: ApiFault | null };

/** From a matched request to a reply: who, may they, is the body right, do it. */
export async function dispatch(hub: Hub, incoming: Incoming): Promise<Outcome> {
  const outcome: Outcome = {
    reply: { status: 500 },
    actor: { kind: "anonymous" },
    requestBody: undefined,
    fault: null,
  };
  try {
    outcome.actor = actorOf(hub, incoming.headers.authorization);
    hub.limits.spend(outcome.actor, 1);
    if (hub.limits.isSpent(outcome.actor)) throw new Refusal(403, "API rate limit exceeded");
    outcome.requestBody = parseJson(await incoming.read());
    outcome.reply = await answer(hub, incoming, outcome);
  } catch (error) {
    outcome.reply = replyTo(error);
  }
  return outcome;
}

async function answer(hub: Hub, incoming: Incoming, outcome: Outcome): Promise<Reply> {
  if (!incoming.match) throw notFound();
  const { route, params } = incoming.match;
  const fault = hub.faults.forCall(route.method, route.template);
  outcome.fault = fault;
  const instead = fault && (await replyBefore(hub, fault));
  if (instead) return instead;
  const reply = await handle(hub, incoming, outcome, params).catch(replyTo);
  return (fault && (await replyAfter(hub, fault))) ?? reply;
}

async function handle(
  hub: Hub,
  incoming: Incoming,
  outcome: Outcome,
  params: Record<string, string>,
): Promise<Reply> {
  const route = incoming.match?.route;
  if (!route) throw notFound();
  const { actor } = outcome;
  const repository = authorise({
    hub,
    actor,
    access: route.access,
    params,
    url: incoming.url,
    method: route.method,
  });
  const body = checkBody(route.body, outcome.requestBody);
  const { url, headers } = incoming;
  const request = { hub, actor, url, headers, params, body, ...(repository ? { repository } : {}) };
  // Routes outside /repos never read `repository`: their access says so in the same line of the table.
  return await route.handle(request as RepositoryRequest);
}

function replyTo(error: unknown): Reply {
  if (error instanceof Refusal) return error.reply;
  console.error("The local GitHub failed to answer:", error);
  return new Refusal(500, `Server Error: ${error instanceof Error ? error.message : String(error)}`).reply;
}
