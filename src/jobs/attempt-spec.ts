import type { Demands } from "../core/history.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { Run } from "../core/run.ts";
import { taskPacket } from "../core/task-packet.ts";
import { listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import { readNow } from "../database/connect.ts";
import type { AppContext } from "./context.ts";
import type { AskedRepository } from "./repository-settings.ts";

type Order = {
  run: Run;
  number: number;
  demands: Demands;
  repository: Pick<AskedRepository, "settings" | "policy">;
};

/** Everything a runner needs for one attempt, frozen now: later edits of an issue or a policy do not reach it. */
export async function attemptSpec(
  context: AppContext,
  { run: asked, number, demands, repository }: Order,
): Promise<AttemptSpec> {
  const { world, github } = context;
  const run = { ...asked, promptVersion: context.promptVersion ?? asked.promptVersion };
  const db = world.database.knex;
  const { policy, settings } = repository;
  const bot = await github.botIdentity();
  const identity = { name: bot.name, email: bot.email };
  const reports = (await listAttempts(db, run.id)).flatMap(({ report }) => (report === null ? [] : [report]));
  const last = reports.at(-1) ?? null;
  const now = await readNow(world.database);
  const from = demands.freshBase ? null : await startingPoint(context, run, last?.change?.id ?? null);
  const failed =
    last !== null && last.grade.grade !== "PASS"
      ? [`The previous attempt did not pass (${last.grade.reason}): ${last.grade.because}`]
      : [];
  return AttemptSpec.parse({
    runId: run.id,
    attempt: number,
    epoch: run.epoch,
    failedInRow: run.failedInRow,
    clone: {
      url: github.cloneUrl(run),
      host: new URL(github.cloneUrl(run)).host,
      repositoryId: run.repositoryId,
      owner: run.owner,
      repo: run.repo,
    },
    base: { branch: run.baseBranch, sha: demands.freshBase ? null : (last?.baseSha ?? null) },
    from,
    threadId: run.threadId,
    promptVersion: run.promptVersion,
    prompt: context.promptFor(run.promptVersion),
    packet: taskPacket({ run, attempt: number, demands, failed, policy, reports, now }),
    policy,
    repository: settings,
    seal: {
      branch: run.branch,
      author: identity,
      committer: identity,
      at: Math.floor(now / 1_000),
      signOff: false,
      trailers: [],
    },
  });
}

/** The published change when iterating on a pull request, else the last sealed one; its commit is then made anew on the base. */
async function startingPoint(
  { world }: AppContext,
  run: Run,
  lastChange: string | null,
): Promise<AttemptSpec["from"]> {
  const id = run.prOpen ? run.changeId : (lastChange ?? run.changeId);
  const change = id === null ? null : await findChange(world.database.knex, id);
  return change && { changeId: change.id, sha: change.sha, onTop: run.prOpen };
}
