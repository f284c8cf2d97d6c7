import { createHash } from "node:crypto";
import type { Run } from "../core/run.ts";
import type { RunView } from "../core/run-view.ts";
import { beginSurface, findSurface, listSurfaces, type Surface, saveSurface } from "../database/surfaces.ts";
import { enqueue } from "../engine/enqueue.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { CheckRunView } from "./ports.ts";

/** People see at most one edit in this time while an attempt is under way. */
const PROGRESS_MS = 10_000;

export type Showing = {
  context: AppContext;
  run: Run;
  view: RunView /** Written even if nothing changed. */;
  afresh: boolean;
};

/** The check run on the published head, and the end of those whose iteration is over. */
export async function putChecks({ context, run, view, afresh }: Showing): Promise<void> {
  const said = context.texts.check(view);
  if (said === null) return;
  const known = await listSurfaces(context.world.database.knex, run.id, "check");
  const check = run.state === "ITERATING" ? said : { ...said, key: newestOn(said, known) };
  await endOthers(
    context,
    run,
    view,
    known.filter(({ target }) => target !== check.key),
  );
  await putCheck(context, run, check, afresh);
  if (check.status === "in_progress" && run.state === "ITERATING") await again(context.world, run);
}

/** GitHub shows the newest of a name, which is the last iteration's if there was one on this head. */
function newestOn({ key, sha }: CheckRunView, known: readonly Surface[]): string {
  const numbers = known.flatMap(({ target }) => {
    const [head, number] = target.split("#");
    return head === sha && number !== undefined ? [Number(number)] : [];
  });
  return numbers.length === 0 ? key : `${sha}#${Math.max(...numbers)}`;
}

async function endOthers(
  context: AppContext,
  run: Run,
  view: RunView,
  others: readonly Surface[],
): Promise<void> {
  for (const { target, bodyHash } of others)
    if (bodyHash.startsWith("in_progress "))
      await putCheck(context, run, context.texts.superseded(view, target), false);
}

async function putCheck(context: AppContext, run: Run, check: CheckRunView, afresh: boolean): Promise<void> {
  const { world, github } = context;
  const db = world.database.knex;
  const place = { kind: "check", target: check.key } as const;
  const known = await findSurface(db, run.id, place.kind, place.target);
  const bodyHash = printOf(check);
  if (known?.bodyHash === bodyHash && !afresh) return;
  const isNew = known === null && (await beginSurface(db, run.id, place));
  const shown = { ...check, annotations: areShown(known, bodyHash) ? [] : check.annotations };
  const externalId = await github.putCheckRun(targetOf(run), shown, {
    knownId: known?.externalId ?? null,
    isNew,
  });
  await saveSurface(db, run.id, { ...place, externalId, bodyHash });
}

/** Whether it is still in progress, its annotations, and all of it. */
function printOf(check: CheckRunView): string {
  return `${check.status} ${hashOf(check.annotations)} ${hashOf(check)}`;
}

function areShown(known: Surface | null, bodyHash: string): boolean {
  return known?.bodyHash.split(" ")[1] === bodyHash.split(" ")[1];
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function again(world: AppContext["world"], { id: runId }: Run): Promise<void> {
  const request = { kind: "report", runId, payload: {}, key: `report:${runId}`, once: "queued" } as const;
  return world.database.transaction((trx) => enqueue(world, trx, { ...request, delayMs: PROGRESS_MS }));
}
