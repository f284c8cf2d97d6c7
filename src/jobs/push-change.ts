import { isOwnBranch } from "../core/branch-name.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { Run } from "../core/run.ts";
import { findAttempt } from "../database/attempts.ts";
import { findChange, readBundle, type StoredChange } from "../database/changes.ts";
import { findJob } from "../database/job-queries.ts";
import { advance } from "../engine/advance.ts";
import { changeParts, isJobSigned, isSigned } from "../engine/sign.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PlaceToPush } from "./fork-port.ts";
import { withToken } from "./lent-token.ts";
import type { PushResult } from "./ports.ts";

/** The run's newest change, if the app itself has accepted exactly that row. */
export async function acceptedChange({ world }: AppContext, run: Run): Promise<StoredChange | null> {
  const change = run.changeId === null ? null : await findChange(world.database.knex, run.changeId);
  if (change === null || world.key === null || change.runId !== run.id) return null;
  return isSigned(world.key, "change", changeParts(change), change.acceptedMac) ? change : null;
}

/** The order under which a change was made, if it carries the app's signature. */
export async function specOf({ world }: AppContext, change: StoredChange): Promise<AttemptSpec | null> {
  const attempt = await findAttempt(world.database.knex, change.attemptId);
  const job = attempt && (await findJob(world.database.knex, attempt.jobId));
  if (job === null || world.key === null || !isJobSigned(world.key, job)) return null;
  return AttemptSpec.parse(job.payload);
}

/** Pushes exactly the sealed commit, with a token minted for that one push and revoked after it. */
export async function pushChange(
  context: AppContext,
  run: Run,
  change: StoredChange,
  signal: AbortSignal,
): Promise<PushResult> {
  const { world, github, git } = context;
  const [bundle, spec] = [await readBundle(world.database.knex, change.id), await specOf(context, change)];
  if (bundle === null || spec === null)
    return { kind: "refused", violations: ["the change's bundle or its order is gone"] };
  const strays = strayings(run, spec, change);
  if (strays.length > 0) return { kind: "refused", violations: strays };
  const place = await findPlace(context, run, change, signal);
  if (!place.ok) return { kind: "refused", violations: [place.why] };
  const { seal, policy } = spec;
  const order = {
    url: github.branchUrl({ ...targetOf(run), fork: place.fork }),
    baseUrl: github.cloneUrl(run),
    branch: run.branch,
    expectRemoteSha: run.publishedSha,
    change,
    bundle,
    seal,
    policy,
    signal,
  };
  return withToken(context, run, "push", (token) => git.publish({ ...order, token }));
}

/** The fork that a run has used is the only one that it ever uses: another one under the same name is somebody's doing. */
async function findPlace(
  { world, github }: AppContext,
  run: Run,
  { id, baseSha: sha }: StoredChange,
  signal: AbortSignal,
): Promise<PlaceToPush> {
  const place = await github.placeToPush(targetOf(run), { branch: run.baseBranch, sha }, signal);
  if (!place.ok || place.fork === null) return place;
  const { fork } = place;
  if (run.fork !== null && run.fork.repositoryId !== fork.repositoryId) {
    const why = `${fork.owner}/${fork.repo} is not the fork that this run has used; begin a new run`;
    return { ok: false, why };
  }
  const event = { type: "fork.found", fork } as const;
  if (run.fork === null) await advance(world, { runId: run.id, event, cause: `fork:${id}` });
  return place;
}

/** A run's row is not signed; where it disagrees with the signed order, somebody has written into the database. */
function strayings(
  run: Run,
  { runId, clone, seal, base, rebase }: AttemptSpec,
  change: StoredChange,
): string[] {
  const { parentSha, mergedSha = null } = change;
  const isMerge = rebase?.how === "merge" && mergedSha === base.sha;
  const rows = [
    [runId === run.id, "the change was made for another run"],
    [clone.repositoryId === run.repositoryId, "the change was made for another repository"],
    [seal.branch === run.branch && isOwnBranch(run), `${run.branch} is not the run's own branch`],
    [mergedSha === null || isMerge, "the change merges what it was not told to merge"],
    [
      !run.prOpen || parentSha === run.publishedSha,
      `the change would take the place of what is under review on ${run.branch}`,
    ],
  ] as const;
  return rows.filter(([holds]) => !holds).map(([, why]) => why);
}
