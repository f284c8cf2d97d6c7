import { z } from "zod";
import type { GateFacts } from "../core/gate.ts";
import { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import { findJob } from "../database/job-queries.ts";
import { findRunsOf } from "../database/runs.ts";
import { changeParts, isJobSigned, isSigned } from "./sign.ts";
import type { World } from "./world.ts";

type Asking = Partial<Pick<GateFacts, "for" | "surroundings">>;

/** What the gate judges: the newest attempt that ended, and the change as it is stored now. */
export async function readGateFacts(
  world: World,
  run: Run,
  policy: Policy,
  asking: Asking = {},
): Promise<GateFacts> {
  const db = world.database.knex;
  const stored = run.changeId === null ? null : await findChange(db, run.changeId);
  const attempts = await listAttempts(db, run.id);
  const reports = attempts.flatMap(({ report }) => report ?? []);
  const accepted =
    stored !== null &&
    world.key !== null &&
    isSigned(world.key, "change", changeParts(stored), stored.acceptedMac);
  return {
    for: run.prNumber === null ? "open" : "push",
    surroundings: null,
    run,
    change: stored,
    accepted,
    report: reports.at(-1) ?? null,
    asked: await readAsked(
      world,
      attempts.find(({ id }) => id === stored?.attemptId),
    ),
    contract: reports.findLast(({ contract }) => contract !== null)?.contract ?? null,
    otherRun: await findOther(world, run),
    policy,
    ...asking,
  };
}

const Asked = z.object({
  policy: Policy.pick({ skills_mode: true }),
  packet: z.object({ run: z.object({ purpose: z.enum(["execute", "iterate"]) }) }),
});

/** How the attempt was ordered, if the app itself ordered it. */
async function readAsked(world: World, attempt: Attempt | undefined): Promise<GateFacts["asked"]> {
  const job = attempt === undefined ? null : await findJob(world.database.knex, attempt.jobId);
  if (job === null || world.key === null || !isJobSigned(world.key, job)) return null;
  const asked = Asked.safeParse(job.payload);
  if (!asked.success) return null;
  const { policy, packet } = asked.data;
  return { skillsMode: policy.skills_mode, purpose: packet.run.purpose };
}

async function findOther(world: World, run: Run): Promise<string | null> {
  const { issue } = run.request;
  if (issue === null || run.repositoryId === null) return null;
  const others = await findRunsOf(world.database.knex, run.repositoryId, { issue });
  const open = others.find(({ id, prOpen }) => id !== run.id && prOpen);
  return open === undefined ? null : `pull request #${open.prNumber} of run ${open.id}`;
}
