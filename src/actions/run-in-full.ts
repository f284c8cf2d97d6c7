import type { AttemptReport } from "../core/attempt.ts";
import type { Change } from "../core/change.ts";
import { type Dialogue, readDialogue } from "../core/dialogue.ts";
import { type Gate, judgeGate } from "../core/gate.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { RunView } from "../core/run-view.ts";
import { type Approval, newestApproval } from "../database/approvals.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import { readNow } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";
import { findRun } from "../database/runs.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { viewRun } from "../reports/run-view.ts";
import type { ActionContext } from "./action.ts";

/** Everything that a card shows of a run, in no dialect. */
export type RunInFull = {
  run: Run;
  view: RunView;
  gate: Gate | null;
  /** The attempt under way. */
  running: Attempt | null;
  /** What the newest attempt that ended reported. */
  report: AttemptReport | null;
  change: Change | null;
  approval: Approval | null;
  /** What reviewers and checks said that nothing has answered yet. */
  dialogue: Dialogue | null;
  policy: Policy;
  nowMs: number;
};

/** Null when there is no such run. */
export async function readRunInFull(
  { world, policyFor }: Pick<ActionContext, "world" | "policyFor">,
  id: string,
): Promise<RunInFull | null> {
  const db = world.database.knex;
  const run = await findRun(db, id);
  if (run === null) return null;
  const policy = policyFor(run);
  const gate = run.state === "PUSHED" ? judgeGate(await readGateFacts(world, run, policy)) : null;
  const attempts = await listAttempts(db, id);
  return {
    run,
    gate,
    policy,
    view: await viewRun(world.database, run, { gate, policy }),
    running: attempts.findLast(({ status }) => status === "running") ?? null,
    report: attempts.findLast(({ report }) => report !== null)?.report ?? null,
    change: run.changeId === null ? null : await findChange(db, run.changeId),
    approval: await newestApproval(db, id),
    dialogue: run.prOpen ? await dialogueOf({ world, policyFor }, run) : null,
    nowMs: await readNow(world.database),
  };
}

async function dialogueOf(
  context: Pick<ActionContext, "world" | "policyFor">,
  run: Run,
): Promise<Dialogue | null> {
  const entries = await readJournal(context.world.database.knex, run.id);
  return readDialogue(entries, run, await policyOfRun(context, run));
}
