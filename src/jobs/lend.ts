import { z } from "zod";
import type { Job, Outcome } from "../core/job.ts";
import { AttemptSpec } from "../core/packet.ts";
import { whyNotLent } from "../core/reach.ts";
import type { Run } from "../core/run.ts";
import { findAttemptOf } from "../database/attempts.ts";
import { type Claim, isHeld } from "../database/held-jobs.ts";
import { findJob } from "../database/job-queries.ts";
import { saveLent } from "../database/lent-tokens.ts";
import { insertNotice } from "../database/notices.ts";
import { findRunner, type Runner } from "../database/runners.ts";
import { findRun } from "../database/runs.ts";
import { enrolRunner, fingerprintOf, type KeyStanding, keyStanding } from "../engine/enrol.ts";
import type { Lease } from "../engine/lease.ts";
import { type Occasion, seal } from "../engine/sealed-envelope.ts";
import { isJobSigned } from "../engine/sign.ts";
import { type AppContext, targetOf } from "./context.ts";
import { askReach } from "./reach.ts";

const Payload = z.object({ jobId: z.number().int(), claimId: z.number().int() });

type Entitled = { ok: true; run: Run; publicKey: string; occasion: Occasion };
type Refused = { ok: false; why: string };

/**
 * Seals a token that reads the one repository of an attempt to the enrolled key of the runner that holds the attempt now.
 * Whoever asks proves nothing by asking: all of it is looked up, and only that runner can open the answer.
 */
export async function lendToken(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const { world } = context;
  const claim = Payload.parse(job.payload);
  const entitled = await entitlement(context, claim);
  if (!entitled.ok) return answer(context, lease, claim, { refusal: entitled.why });
  const { token, revoke, revokeUrl } = await context.github.mintReadToken(targetOf(entitled.run));
  try {
    const envelope = seal(entitled.publicKey, entitled.occasion, JSON.stringify({ token, revokeUrl }));
    const outcome = await answer(context, lease, claim, { envelope });
    if (outcome.kind === "lost") await revoke();
    return outcome;
  } catch (error) {
    world.log.warn({ job: job.id, run: entitled.run.id }, "a token that could not be lent is taken back");
    await revoke();
    throw error;
  }
}

/** Under both fences: this job's, and that of the attempt that the answer is for. */
async function answer(
  { world: { database, wake } }: AppContext,
  lease: Lease,
  claim: Claim,
  lent: Parameters<typeof saveLent>[3],
): Promise<Outcome> {
  const end = await lease.finish(async (trx) => {
    if (await isHeld(database, trx, claim)) await saveLent(database, trx, claim, lent);
    await wake.announce(trx);
  });
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}

async function entitlement(context: AppContext, claim: Claim): Promise<Entitled | Refused> {
  const { world } = context;
  const db = world.database.knex;
  const asked = await findJob(db, claim.jobId);
  if (asked?.kind !== "attempt" || world.key === null || !isJobSigned(world.key, asked))
    return refuse("the app did not ask for that attempt");
  if (!(await isHeld(world.database, db, claim))) return refuse("the attempt is not held any more");
  const spec = AttemptSpec.parse(asked.payload);
  const run = await findRun(db, spec.runId);
  if (run === null) return refuse("there is no such run");
  const { privateTo, repositoryId } = spec.clone;
  if (privateTo === null || privateTo !== run.installationId || repositoryId !== run.repositoryId)
    return refuse("the attempt was asked for on another repository or through another installation");
  const reader = await readerOf(context, claim);
  if (!reader.ok) return reader;
  const why = whyNotLent(run) ?? (await outOfReach(context, run));
  if (why !== null) return refuse(why);
  const { publicKey, runner } = reader;
  const occasion = { ...claim, runId: run.id, runner, repositoryId, installationId: privateTo };
  return { ok: true, run, publicKey, occasion };
}

async function outOfReach(context: AppContext, run: Run): Promise<string | null> {
  const verdict = await askReach(context, run);
  return verdict.kind === "pause" ? verdict.reason : null;
}

/** The runner that began the attempt under this very claim, if its key is enrolled. */
async function readerOf(
  context: AppContext,
  claim: Claim,
): Promise<{ ok: true; runner: string; publicKey: string } | Refused> {
  const db = context.world.database.knex;
  const attempt = await findAttemptOf(db, claim);
  const runner = attempt === null ? null : await findRunner(db, attempt.runner);
  if (runner === null) return refuse("no runner has begun that attempt");
  const known = await onOneMachine(context, runner);
  const standing = keyStanding(context.world, known);
  if (standing === "enrolled" && known.approved && known.publicKey !== null)
    return { ok: true, runner: known.id, publicKey: known.publicKey };
  if (standing === "changed") await tellChanged(context, known);
  return refuse(UNFIT[standing](known));
}

/** On one machine nobody is asked to approve the runner, so its first key is enrolled; a later one never by itself. */
async function onOneMachine({ world, requireApprovedRunners }: AppContext, runner: Runner): Promise<Runner> {
  if (requireApprovedRunners || !runner.approved || runner.approvedKey !== null) return runner;
  return (await enrolRunner(world, runner.id)) ?? runner;
}

const UNFIT: Readonly<Record<KeyStanding, (runner: Runner) => string>> = {
  no_key: ({ id }) => `runner ${id} has no key: update it and start it again`,
  not_approved: ({ id }) => `the key of runner ${id} is not approved. Run: agentpr runners approve ${id}`,
  changed: ({ id }) =>
    `runner ${id} has another key than the one that was approved. If that is right, run: agentpr runners approve ${id}`,
  enrolled: ({ id }) => `runner ${id} is not approved. Run: agentpr runners approve ${id}`,
};

async function tellChanged({ world: { database } }: AppContext, { id, publicKey }: Runner): Promise<void> {
  const print = fingerprintOf(publicKey ?? "");
  const text = `Runner ${id} asks with another key (${print}) than the one that was approved; nothing is sealed to it. If it was set up anew, run: agentpr runners approve ${id}`;
  const cause = `runner-key:${id}:${print}`;
  await insertNotice(database, database.knex, { runId: null, priority: "urgent", text, cause });
}

function refuse(why: string): Refused {
  return { ok: false, why };
}
