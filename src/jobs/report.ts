import { createHash } from "node:crypto";
import { z } from "zod";
import { judgeGate } from "../core/gate.ts";
import type { Job, Outcome } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import type { RunView } from "../core/run-view.ts";
import { findRun } from "../database/runs.ts";
import { beginSurface, findSurface, type Surface, saveSurface } from "../database/surfaces.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { viewRun } from "../reports/run-view.ts";
import { type AppContext, targetOf } from "./context.ts";
import { putChecks } from "./report-check.ts";

/** `afresh`: GitHub has taken our result away, so it is written again. */
const Order = z.object({ afresh: z.boolean().default(false) });

/** Brings what people see up to date: computes what should be there, compares with what we last wrote, writes the difference. */
export async function reportRun(context: AppContext, job: Job): Promise<Outcome> {
  const db = context.world.database.knex;
  const run = job.runId === null ? null : await findRun(db, job.runId);
  if (run === null) return { kind: "dead", why: "there is no such run" };
  const policy = await policyOfRun(context, run);
  const gate = run.state === "PUSHED" ? judgeGate(await readGateFacts(context.world, run, policy)) : null;
  const view = await viewRun(context.world.database, run, { gate, policy });
  await putSticky(context, run, view);
  await putChecks({ context, run, view, afresh: Order.parse(job.payload).afresh });
  return { kind: "done" };
}

/** The sticky comment lives where the run was asked for, or else on its pull request. */
async function putSticky({ world, github, texts }: AppContext, run: Run, view: RunView): Promise<void> {
  const issue = run.request.issue ?? run.prNumber;
  if (issue === null) return;
  const { marker, body } = texts.sticky(view);
  const place = { kind: "sticky", target: String(issue) } as const;
  const known = await findSurface(world.database.knex, run.id, place.kind, place.target);
  if (known?.bodyHash === hashOf(body)) return;
  const isNew = known === null && (await beginSurface(world.database.knex, run.id, place));
  const comment = { issue, marker, body, knownId: known?.externalId ?? null, isNew };
  const externalId = await github.putComment(targetOf(run), comment);
  await remember({ world }, run, { ...place, externalId, bodyHash: hashOf(body) });
}

function remember({ world }: Pick<AppContext, "world">, run: Run, surface: Surface): Promise<void> {
  return saveSurface(world.database.knex, run.id, surface);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
