import type { Run } from "../core/run.ts";
import { findUsedApproval } from "../database/approvals.ts";
import { hasCause } from "../database/journal.ts";
import { insertNotice } from "../database/notices.ts";
import { findRun } from "../database/runs.ts";
import { advance } from "../engine/advance.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullFacts } from "./ports.ts";

/**
 * A draft by policy is handed to its reviewers when its checks are done with, once: whoever makes it a draft again has
 * their reason.
 */
export async function readyPull(context: AppContext, { id }: Run, pull: PullFacts): Promise<void> {
  const { database } = context.world;
  const run = pull.draft && pull.state === "open" ? await findRun(database.knex, id) : null;
  if (run?.state !== "REVIEW_WAIT" || run.publishedSha !== pull.headSha) return;
  const cause = `readied:${id}:${pull.number}`;
  if (!(await isDraftByPolicy(context, run)) || (await hasCause(database.knex, id, cause))) return;
  const made = await context.github.readyPull(targetOf(run), pull.node);
  if (!made.ok) return tell(context, run, made.why);
  await advance(context.world, { runId: id, event: { type: "pr.readied", number: pull.number }, cause });
}

/** One that somebody asked to be a draft against the policy stays theirs. */
async function isDraftByPolicy(context: AppContext, run: Run): Promise<boolean> {
  const { draft_pr } = await policyOfRun(context, run);
  return draft_pr && (await findUsedApproval(context.world.database.knex, run.id))?.draft === true;
}

async function tell({ world: { database } }: AppContext, run: Run, why: string): Promise<void> {
  await insertNotice(database, database.knex, {
    runId: run.id,
    priority: "normal",
    text: `Pull request #${run.prNumber} is still a draft: ${why}. Mark it ready for review on GitHub.`,
    cause: `unready:${run.id}:${run.prNumber}`,
  });
}
