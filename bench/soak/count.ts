import { join } from "node:path";
import { findOrphans } from "../../demo/count.ts";
import type { Stage } from "../../demo/stage.ts";
import { listWorkspaces } from "../../runner/workspace/sweep.ts";
import { OVER } from "../../src/core/run.ts";
import { findRunsOf } from "../../src/database/runs.ts";
import type { Kill } from "./kill.ts";
import type { Asked, Fate } from "./maintain.ts";

/** Where each fate leads a run; one that is left waiting waits for its maintainer, which is legal. */
const ENDS: Record<Fate, string> = { merge: "DONE", close: "FAILED", cancel: "FAILED", wait: "PUSHED" };

/** Requests that came to no run, to several, or to one that is not where its maintainer led it. */
export async function findLost({ database }: Stage, all: readonly Asked[]): Promise<string[]> {
  const found = await Promise.all(
    all.map(async ({ lane, issue, fate, trouble }) => {
      const runs = await findRunsOf(database.knex, lane.repositoryId, { issue });
      const name = `${lane.owner}/${lane.repo}#${issue}`;
      const [run] = runs;
      if (run === undefined) return [`${name} never became a run`];
      if (run.state === ENDS[fate]) return [];
      return [`${name} (${run.id}, to ${fate}) is ${run.state} (${run.reason ?? trouble ?? "no reason"})`];
    }),
  );
  return found.flat();
}

/** Whatever there is more than once though it has one cause: by GitHub's own tables, and by the runs. */
export async function findDoubled({ github, database }: Stage): Promise<string[]> {
  const { store, app } = github;
  const pulls = [...store.issues.values()].flatMap(({ repositoryId, pull }) =>
    pull === null ? [] : [`pull request from ${repositoryId} ${pull.head.ref}`],
  );
  const comments = [...store.comments.values()].flatMap(({ issueNumber, repositoryId, viaApp, body }) => {
    const mark = /<!-- agentpr:\S+ -->/.exec(body)?.[0];
    return viaApp ? [`comment ${mark ?? body} on ${repositoryId}#${issueNumber}`] : [];
  });
  const checks = [...store.checkRuns.values()].flatMap(({ appId, headSha, name, externalId }) =>
    appId === app.id ? [`check run ${name} ${externalId} on ${headSha}`] : [],
  );
  const runs: { repository_id: number; issue: number }[] = await database
    .knex("runs")
    .select("repository_id", "issue");
  const made = runs.map(({ repository_id, issue }) => `run for ${repository_id}#${issue}`);
  return twice([...pulls, ...comments, ...checks, ...made, ...pushesOf(github.store.deliveries.values())]);
}

/** Each push to a branch of ours is told once, whatever is redelivered later; a branch comes to a commit once. */
function pushesOf(deliveries: Iterable<{ guid: string; event: string; payload: string }>): string[] {
  const pushes = new Map<string, string>();
  for (const { guid, event, payload } of deliveries) {
    if (event !== "push") continue;
    const { ref, after, repository } = JSON.parse(payload) as {
      ref: string;
      after: string;
      repository: { id: number };
    };
    if (ref.startsWith("refs/heads/agentpr/"))
      pushes.set(guid, `push of ${after} to ${repository.id} ${ref}`);
  }
  return [...pushes.values()];
}

function twice(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([name, count]) => `${count} × ${name}`);
}

/** What nobody holds any more though it is there, once every process has ended. */
export async function findLeftBehind(
  stage: Stage,
  kills: readonly Kill[],
  startedAt: number,
): Promise<string[]> {
  return [
    ...(await findOrphans(stage)).map((command) => `process: ${command.slice(0, 200)}`),
    ...(await heldWork(stage)),
    ...(await strayFolders(stage)),
    ...pushTokens(stage, kills, startedAt),
  ];
}

async function heldWork({ database: { knex } }: Stage): Promise<string[]> {
  const jobs: { id: number; kind: string; worker: string }[] = await knex("jobs").where({ status: "leased" });
  const dead: { id: number; kind: string; last_error: string }[] = await knex("jobs").where({
    status: "dead",
  });
  const attempts: { id: string }[] = await knex("attempts").where({ status: "running" });
  const sealed: { job_id: number }[] = await knex("lent_tokens").whereNotNull("envelope").select("job_id");
  return [
    ...jobs.map(({ id, kind, worker }) => `lease: job ${id} (${kind}) held by ${worker}`),
    ...dead.map(({ id, kind, last_error }) => `dead letter: job ${id} (${kind}): ${last_error}`),
    ...attempts.map(({ id }) => `attempt: ${id} is still called running`),
    ...sealed.map(({ job_id }) => `sealed token: of job ${job_id}, fetched by nobody`),
  ];
}

/** Workspaces of runs that are over. */
async function strayFolders({ dir, database: { knex } }: Stage): Promise<string[]> {
  const runs: { id: string; state: string }[] = await knex("runs").select("id", "state");
  const over = new Set(runs.filter(({ state }) => OVER.has(state as never)).map(({ id }) => id));
  const places = ["workspaces", "workspaces-2"].map((name) => join(dir, name));
  const kept = (await Promise.all(places.map((place) => listWorkspaces(place)))).flat();
  return kept
    .filter(({ runId }) => over.has(runId))
    .map(({ path }) => `workspace of a run that is over: ${path}`);
}

const TOKEN_LIFE_MS = 3_600_000;
/** A push and the taking back of its token are over by then. */
const LONGEST_USE_MS = 30_000;

/** Tokens that may push are taken back after each push. One in the hands of an app that was killed just then dies within the hour. */
function pushTokens({ github }: Stage, kills: readonly Kill[], startedAt: number): string[] {
  const appKills = kills.filter(({ role }) => role === "app").map(({ at }) => startedAt + at);
  return [...github.store.tokens.values()].flatMap((token) => {
    if (token.kind !== "installation" || token.permissions.contents !== "write") return [];
    const mintedAt = token.expiresAt - TOKEN_LIFE_MS;
    const diedWithIts = appKills.some((at) => at >= mintedAt && at - mintedAt < LONGEST_USE_MS);
    return diedWithIts ? [] : [`token that may push to ${String(token.repositoryIds)}, never taken back`];
  });
}
