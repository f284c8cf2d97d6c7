import { z } from "zod";
import type { AttemptReport } from "../core/attempt.ts";
import { listAttempts } from "../database/attempts.ts";
import { readJournal } from "../database/journal.ts";
import { listNotices } from "../database/notices.ts";
import { listRuns } from "../database/runs.ts";
import { type ActionContext, action } from "./action.ts";
import { spendingFacts } from "./budget.ts";
import { describeRun } from "./describe.ts";
import { managerFacts } from "./manager-facts.ts";
import { isOf, RunInput, withRun } from "./named-run.ts";
import type { Fact, Reply } from "./reply.ts";

export const status = action({
  summary: "Say where a run is and what happens next",
  aliases: [],
  tier: "read",
  requesterMay: true,
  input: RunInput,
  examples: ["/agentpr status"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) => ({
      ok: true,
      text: `Run ${run.id} is ${run.state}.`,
      facts: [
        ...describeRun(run),
        ...(await managerFacts(context, run)),
        ...(await spendingFacts(context, run, context.policyFor(run))),
      ],
      data: run,
    })),
});

export const show = action({
  summary: "Show a run with its attempts and its history",
  aliases: [],
  tier: "read",
  input: RunInput,
  examples: ["agentpr show-run --run-id run_1a2b3c4d5e6f"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) =>
      showRun(
        context,
        run.id,
        [...describeRun(run), ...(await spendingFacts(context, run, context.policyFor(run)))],
        run,
      ),
    ),
});

async function showRun({ world }: ActionContext, id: string, about: Fact[], run: unknown): Promise<Reply> {
  const db = world.database.knex;
  const [attempts, journal] = [await listAttempts(db, id), await readJournal(db, id)];
  const tried = attempts.map(
    ({ number, status: state, report }): Fact => [`attempt ${number}`, report ? attemptWords(report) : state],
  );
  const happened = journal.map(
    ({ at, event, fromState, toState }): Fact => [
      new Date(at).toISOString(),
      fromState === toState ? event.type : `${event.type}: ${fromState} → ${toState}`,
    ],
  );
  const notices = await listNotices(db, id);
  const told = notices.map(({ priority, text }): Fact => [`notice (${priority})`, text]);
  return {
    ok: true,
    text: `Run ${id}`,
    facts: [...about, ...tried, ...happened, ...told],
    data: { run, attempts, journal, notices },
  };
}

function attemptWords({ grade, notResumed }: AttemptReport): string {
  const anew = notResumed === null ? "" : `; began anew instead of going on with its thread: ${notResumed}`;
  return `${grade.grade} (${grade.reason}): ${grade.because}${anew}`;
}

export const list = action({
  summary: "List runs, newest first",
  aliases: [],
  tier: "read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(50) }),
  examples: ["agentpr list-runs --limit 10"],
  run: async ({ world }, actor, { limit }) => {
    const all = await listRuns(world.database.knex, { limit });
    const runs = actor.via === "github" ? all.filter((run) => isOf(actor.repositoryId, run)) : all;
    const facts = runs.map(
      (run): Fact => [run.id, `${run.state}  ${run.owner}/${run.repo}  ${run.request.title.slice(0, 60)}`],
    );
    return {
      ok: true,
      text: runs.length === 0 ? "There are no runs." : `${runs.length} runs`,
      facts,
      data: { runs },
    };
  },
});
