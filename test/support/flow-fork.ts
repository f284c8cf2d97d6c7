// What the operator does and sees where the app is not installed: everything from the command line, nothing upstream.
import { randomUUID } from "node:crypto";
import type { ActionContext } from "../../src/actions/action.ts";
import { perform } from "../../src/actions/perform.ts";
import type { Reply } from "../../src/actions/reply.ts";
import { loadPolicy } from "../../src/config/policy-file.ts";
import { listNotices } from "../../src/database/notices.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { createForkPort, type PersonPort } from "../../src/github/fork/create-fork-port.ts";
import { clone, pushFiles, remoteOf } from "../demo/github/git-client.ts";
import { type Flow, type FlowOptions, OWNER, REPO, raiseFlow } from "./flow.ts";
import { approveByCode, becomes, isPublished, openIssue, quiet, type Talk, talkOf } from "./flow-talk.ts";

export function raiseFork(options: FlowOptions = {}): Promise<Flow> {
  return raiseFlow({ ...options, mode: "fork" });
}

export function forkPort({ settings, world, github }: Flow): PersonPort {
  const { apiUrl, url } = github;
  const { token, forkOwner } = settings.github;
  return createForkPort({
    token: token ?? "",
    forkOwner,
    apiUrl,
    url,
    log: world.log,
    throttled: false,
    pauseMs: 10,
  });
}

/** `agentpr create-run` on somebody else's repository. */
export async function createRun(flow: Flow, issue: number): Promise<Reply> {
  const { world, settings } = flow;
  const { policyFor } = loadPolicy(settings.policyFile);
  const { promptVersion, autokick } = settings;
  const defaults = { promptVersion, autokick };
  const context: ActionContext = {
    world,
    github: forkPort(flow),
    policyFor,
    promptFault: () => null,
    defaults,
  };
  const actor = { via: "cli", user: "olga", cause: `cli:${randomUUID()}` } as const;
  return perform(context, actor, "create", { owner: OWNER, repo: REPO, issue });
}

export async function begin(flow: Flow, issue?: number): Promise<Talk> {
  const about = issue ?? (await openIssue(flow));
  const reply = await createRun(flow, about);
  if (!reply.ok) throw new Error(reply.text);
  return talkOf(flow, (reply.data as { run_id: string }).run_id, about);
}

export async function untilPushed(flow: Flow, issue?: number): Promise<Talk> {
  const talk = await begin(flow, issue);
  await talk.is("PUSHED", isPublished);
  return talk;
}

export async function untilOpened(flow: Flow, issue?: number): Promise<Talk & { pr: number }> {
  const talk = await untilPushed(flow, issue);
  await approveByCode(flow, talk);
  const run = await becomes("the pull request", async () =>
    [await talk.run()].find(({ prNumber }) => prNumber !== null),
  );
  return { ...talk, pr: run.prNumber ?? 0 };
}

type Push = { branch: string; files: Record<string, string> };

/** Olga's own commit on her fork, on top of its main branch. */
export async function pushToFork({ dir, github, tokens }: Flow, { branch, files }: Push): Promise<string> {
  const work = await clone(dir, remoteOf(github.url, `olga/${REPO}`, tokens.olga), `fork-${randomUUID()}`);
  const { sha, pushed } = await pushFiles(work, { branch, files, message: "By hand" });
  if (!pushed.ok) throw new Error(pushed.stderr);
  return sha;
}

/** The schedule comes round, and what follows from it is done. */
export async function poll(flow: Flow): Promise<void> {
  const { world } = flow;
  await world.database.transaction((trx) =>
    enqueue(world, trx, { kind: "poll", runId: null, payload: {}, key: "poll", once: "queued" }),
  );
  await quiet(flow);
}

/** Waits for the state while polling, as the schedule would. */
export async function isAfterPolling(flow: Flow, talk: Talk, state: string) {
  return becomes(`${state} by polling`, async () => {
    await poll(flow);
    return [await talk.run()].find((run) => run.state === state);
  });
}

export function noticesOf({ world }: Flow, { id }: Talk) {
  return listNotices(world.database.knex, id);
}
