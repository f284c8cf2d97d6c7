// What people do and see in a flow, in their words: comment, wait for the answer, look at GitHub.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { perform } from "../../src/actions/perform.ts";
import type { Reply } from "../../src/actions/reply.ts";
import { loadPolicy } from "../../src/config/policy-file.ts";
import type { Run, State } from "../../src/core/run.ts";
import { readJournal } from "../../src/database/journal.ts";
import { findRun, findRunsOf } from "../../src/database/runs.ts";
import { clone, gitIn, pushFiles, remoteOf } from "../demo/github/git-client.ts";
import { type Flow, OWNER, type People, REPO } from "./flow.ts";
import { runGit } from "./git-repository.ts";
import { PATIENCE_MS } from "./proof.ts";

export const PATH = `/repos/${OWNER}/${REPO}`;

/** Waits, with a bound, until `look` gives something. */
export async function becomes<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const over = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (performance.now() > over) throw new Error(`waited in vain for ${what}`);
    await sleep(40);
  }
}

type Who = keyof People;

export async function openIssue({ people }: Flow, title = "Greet more"): Promise<number> {
  const { number } = await people.ada.post<{ number: number }>(`${PATH}/issues`, { title, body: "Please." });
  return number;
}

/** A new comment; its id, to look at the reactions. */
export async function comment({ people }: Flow, who: Who, issue: number, body: string): Promise<number> {
  const { id } = await people[who].post<{ id: number }>(`${PATH}/issues/${issue}/comments`, { body });
  return id;
}

/** Says a command and waits until it was carried out or refused. */
export async function say(flow: Flow, who: Who, issue: number, body: string): Promise<"rocket" | "confused"> {
  const id = await comment(flow, who, issue, body);
  return becomes(`an end of “${body}”`, async () => {
    const ends = (await reactions(flow, id)).filter(
      (content) => content === "rocket" || content === "confused",
    );
    return ends[0] as "rocket" | "confused" | undefined;
  });
}

export async function reactions({ people }: Flow, commentId: number): Promise<string[]> {
  const path = `${PATH}/issues/comments/${commentId}/reactions`;
  return (await people.ada.get<{ content: string }[]>(path)).map(({ content }) => content);
}

export type Seen = { id: number; body: string; login: string };

export async function comments({ people }: Flow, issue: number): Promise<Seen[]> {
  const path = `${PATH}/issues/${issue}/comments?per_page=100`;
  const rows = await people.ada.get<{ id: number; body: string; user: { login: string } }[]>(path);
  return rows.map(({ id, body, user }) => ({ id, body, login: user.login }));
}

export async function ours(flow: Flow, issue: number, mark: "sticky" | "reply"): Promise<Seen[]> {
  return (await comments(flow, issue)).filter(({ body }) => body.includes(`agentpr:${mark}`));
}

/** An issue, `/agentpr run` on it, and the run that this began. */
export async function ask(flow: Flow, title?: string): Promise<Talk> {
  const issue = await openIssue(flow, title);
  await comment(flow, "ada", issue, "/agentpr run");
  const { id } = await becomes("the run", async () => (await runsOn(flow, issue))[0]);
  return talkOf(flow, id, issue);
}

export async function runsOn({ world, github }: Flow, issue: number): Promise<Run[]> {
  const repository = [...github.store.repositories.values()].find(({ name }) => name === REPO);
  return findRunsOf(world.database.knex, repository?.id ?? 0, { issue });
}

/** One run and the issue where it was asked for. */
export type Talk = {
  id: string;
  issue: number;
  run(): Promise<Run>;
  /** Waits for the state, and for more if wanted. */
  is(state: State, also?: (run: Run) => boolean): Promise<Run>;
  say(body: string, who?: Who): Promise<"rocket" | "confused">;
  /** Types of what happened to it, oldest first. */
  story(): Promise<string[]>;
};

export function talkOf(flow: Flow, id: string, issue: number): Talk {
  const run = async () => {
    const found = await findRun(flow.world.database.knex, id);
    if (found === null) throw new Error(`there is no run ${id}`);
    return found;
  };
  return {
    id,
    issue,
    run,
    say: (body, who = "ada") => say(flow, who, issue, body),
    story: async () => (await readJournal(flow.world.database.knex, id)).map(({ event }) => event.type),
    is: (state, also = () => true) => {
      const look = async () => [await run()].find((now) => now.state === state && also(now));
      return becomes(`${state} of ${id}`, look).catch(async (error: Error) => {
        const now = await run();
        throw new Error(`${error.message}; it is ${now.state} (${now.reason})`, { cause: error });
      });
    },
  };
}

export const isPublished = ({ publishedSha, changeSha }: Run) =>
  publishedSha !== null && publishedSha === changeSha;

/** From the request to a sealed, published change. */
export async function untilPushed(flow: Flow, title?: string): Promise<Talk> {
  const talk = await ask(flow, title);
  await talk.is("PUSHED", isPublished);
  return talk;
}

/** Two commands of one person open the pull request. */
export async function approve(_flow: Flow, talk: Talk): Promise<void> {
  const { changeSha } = await talk.run();
  if ((await talk.say("/agentpr request-pr")) !== "rocket") throw new Error("the request was refused");
  if ((await talk.say(`/agentpr approve ${changeSha?.slice(0, 12)}`)) !== "rocket")
    throw new Error("the approval was refused");
}

/** The same from the command line, which is quicker. */
export async function approveByCode(flow: Flow, { id: run }: Talk): Promise<void> {
  const shown = await cli(flow, "request_pr", { run });
  const code = shown.ok ? shown.secret : undefined;
  const done = await cli(flow, "approve_pr", { run, confirm_token: code });
  if (!done.ok) throw new Error(`not approved: ${shown.text} ${done.text}`);
}

/** From the request to an open pull request. */
export async function untilOpened(flow: Flow, title?: string): Promise<Talk & { pr: number }> {
  const talk = await untilPushed(flow, title);
  await approveByCode(flow, talk);
  const { prNumber } = await becomes("the pull request", async () => {
    const run = await talk.run();
    return run.prNumber === null ? null : run;
  });
  return { ...talk, pr: prNumber ?? 0 };
}

export async function setStatus(
  { people }: Flow,
  sha: string,
  state: "success" | "failure" | "pending",
): Promise<void> {
  await people.ada.post(`${PATH}/statuses/${sha}`, { state, context: "ci", description: state });
}

export async function merge({ people }: Flow, pr: number): Promise<void> {
  await people.ada.put(`${PATH}/pulls/${pr}/merge`, { merge_method: "squash" });
}

export async function setPull({ people }: Flow, pr: number, state: "open" | "closed"): Promise<void> {
  await people.ada.patch(`${PATH}/pulls/${pr}`, { state });
}

export async function review(
  { people }: Flow,
  pr: number,
  event: "APPROVE" | "REQUEST_CHANGES",
): Promise<void> {
  const body = event === "APPROVE" ? "" : "Say it louder, please.";
  await people.grace.post(`${PATH}/pulls/${pr}/reviews`, { event, body });
}

/** Branches of the bare repository and where they are. */
export function branches({ gitDir }: Flow): Record<string, string> {
  const lines = runGit(gitDir, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/");
  return Object.fromEntries(lines.split("\n").map((line) => line.split(" ") as [string, string]));
}

export async function pulls({
  people,
}: Flow): Promise<{ number: number; head: { ref: string; sha: string } }[]> {
  return people.ada.get(`${PATH}/pulls?state=all&per_page=100`);
}

/** Waits until no job is due; a delivery is taken in together with its job. */
export async function quiet({ world: { database } }: Flow): Promise<void> {
  await becomes("quiet", async () => {
    const busy = await database
      .knex("jobs")
      .where({ status: "leased" })
      .orWhere((due) => due.where({ status: "queued" }).where("run_after", "<=", database.now()))
      .first("id");
    return busy === undefined;
  });
}

type Push = { who?: Who; branch: string; files: Record<string, string>; to?: string };

/** Somebody's own commit, pushed with their own git; it begins where `branch` is and goes there, or to another. */
export async function push(
  { dir, github, tokens }: Flow,
  { who = "ada", branch, files, to = branch }: Push,
): Promise<string> {
  const remote = remoteOf(github.url, `${OWNER}/${REPO}`, tokens[who]);
  const work = await clone(dir, remote, `work-${randomUUID()}`);
  await gitIn(work, "checkout", "--quiet", branch);
  const { sha, pushed } = await pushFiles(work, { branch: to, files, message: "By hand" });
  if (!pushed.ok) throw new Error(pushed.stderr);
  return sha;
}

/** An action as the command line performs it: the code that is shown to this person alone is in `secret`. */
export async function cli(
  { world, settings }: Flow,
  action: string,
  input: Record<string, unknown>,
): Promise<Reply> {
  const { policyFor } = loadPolicy(settings.policyFile);
  const { promptVersion, autokick } = settings;
  const context = {
    world,
    github: null,
    policyFor,
    promptFault: () => null,
    defaults: { promptVersion, autokick },
  };
  return perform(context, { via: "cli", user: "ops", cause: `cli:${randomUUID()}` }, action, input);
}
