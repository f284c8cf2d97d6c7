import type { Demands } from "../core/history.ts";
import { AttemptSpec } from "../core/packet.ts";
import { rebaseOrder } from "../core/rebase-order.ts";
import type { Run } from "../core/run.ts";
import { taskPacket } from "../core/task-packet.ts";
import { listAttempts } from "../database/attempts.ts";
import { findChange, findChangeOf } from "../database/changes.ts";
import { readNow } from "../database/connect.ts";
import type { AppContext } from "./context.ts";
import { withToken } from "./lent-token.ts";
import type { AskedRepository } from "./repository-settings.ts";

type Order = {
  run: Run;
  number: number;
  demands: Demands;
  repository: Pick<AskedRepository, "settings" | "policy">;
  /** As GitHub says at this moment. */
  isPrivate: boolean;
};

/** Everything a runner needs for one attempt, frozen now: later edits of an issue or a policy do not reach it. */
export async function attemptSpec(
  context: AppContext,
  { run, number, demands, repository, isPrivate }: Order,
): Promise<AttemptSpec> {
  const { world, github } = context;
  const db = world.database.knex;
  const { policy, settings } = repository;
  const bot = await github.botIdentity();
  const identity = { name: bot.name, email: bot.email };
  const reports = (await listAttempts(db, run.id)).flatMap(({ report }) => (report === null ? [] : [report]));
  const last = reports.at(-1) ?? null;
  const now = await readNow(world.database);
  const from = await startingPoint(context, run, last?.change?.id ?? null);
  const rebase = from !== null && demands.baseMoved ? rebaseOrder({ run, demands, reports }) : null;
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
      privateTo: isPrivate ? run.installationId : null,
    },
    base: { branch: run.baseBranch, sha: rebase ? await headOfBase(context, run) : (last?.baseSha ?? null) },
    from,
    ...(rebase ? { rebase } : {}),
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
      trailers: policy.commit_trailers,
    },
  });
}

/** The published change when iterating on a pull request, else the last sealed one; its commit is then made anew on the base. */
async function startingPoint(
  { world }: AppContext,
  run: Run,
  lastChange: string | null,
): Promise<AttemptSpec["from"]> {
  const db = world.database.knex;
  const id = lastChange ?? run.changeId;
  const change = run.prOpen
    ? await findChangeOf(db, run.id, run.publishedSha)
    : id && (await findChange(db, id));
  return change ? { changeId: change.id, sha: change.sha, onTop: run.prOpen } : null;
}

const PATIENCE_MS = 60_000;

/** Named by the app, so that nobody else decides what is merged; null where the branch is gone, which the runner will say. */
function headOfBase(context: AppContext, run: Run): Promise<string | null> {
  const at = {
    url: context.github.cloneUrl(run),
    branch: run.baseBranch,
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  return withToken(context, run, "read", (token) => context.git.remoteHead({ ...at, token }));
}
