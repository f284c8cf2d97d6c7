import type { Job, Outcome } from "../core/job.ts";
import type { Run, State } from "../core/run.ts";
import { insertNotice, type Notice } from "../database/notices.ts";
import { findRun } from "../database/runs.ts";
import type { AppContext } from "./context.ts";

type Words = { priority: Notice["priority"]; text(run: Run): string };

/** States in which the operator has something to know or to do. */
const WORDS: { readonly [S in State]?: Words } = {
  PUSHED: {
    priority: "normal",
    text: ({ id, prNumber }) =>
      `has a finished change${prNumber === null ? "" : `, whose push to #${prNumber} waits for approval`}. See and request it with: agentpr request-open-pr ${id}`,
  },
  PAUSED: { priority: "high", text: ({ reason }) => `is paused: ${reason ?? "no reason given"}` },
  NEEDS_HUMAN: { priority: "high", text: ({ reason }) => `needs a person: ${reason ?? "no reason given"}` },
  DONE: { priority: "normal", text: () => "is done: its pull request was merged" },
  FAILED: { priority: "normal", text: ({ reason }) => `is over: ${reason ?? "it failed"}` },
};

/** In place of comments and checks upstream: notices for whoever runs agentpr, one for each stay in a state. */
export async function tellOperator({ world }: AppContext, job: Job): Promise<Outcome> {
  const { database } = world;
  const run = job.runId === null ? null : await findRun(database.knex, job.runId);
  if (run === null) return { kind: "dead", why: "there is no such run" };
  const words = WORDS[run.state];
  if (words === undefined) return { kind: "done" };
  await insertNotice(database, database.knex, {
    runId: run.id,
    priority: words.priority,
    text: `Run ${run.id} on ${run.owner}/${run.repo} ${words.text(run)}`,
    cause: `state:${run.id}:${run.epoch}`,
  });
  return { kind: "done" };
}
