import { z } from "zod";
import type { AttemptReport } from "../core/attempt.ts";
import type { Run } from "../core/run.ts";
import type { ReviewersView } from "../core/run-view.ts";
import { listArtifacts } from "../database/artifacts.ts";
import { listAttempts } from "../database/attempts.ts";
import { readJournal } from "../database/journal.ts";
import { listNotices } from "../database/notices.ts";
import { viewReviewers } from "../reports/run-view.ts";
import { type ActionContext, action } from "./action.ts";
import { spendingFacts } from "./budget.ts";
import { decisionCard } from "./decision-card.ts";
import { describeRun } from "./describe.ts";
import { explainedTo } from "./explanation.ts";
import { managerFacts } from "./manager-facts.ts";
import { RunInput, withRun } from "./named-run.ts";
import type { Fact, Reply } from "./reply.ts";
import { artifactsTable, attemptsTable, noticesTable, timelineTable } from "./run-tables.ts";
import { showGate } from "./show-gate.ts";

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
  input: RunInput.extend({ explain: z.boolean().or(z.stringbool()).default(false) }),
  examples: ["/agentpr show", "agentpr show-run --run-id run_1a2b3c4d5e6f --explain"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) => {
      const spending = await spendingFacts(context, run, context.policyFor(run));
      const said = await explainedTo(context, actor, run, { ask: input.explain });
      return showRun(context, run, { about: [...describeRun(run), ...spending], said });
    }),
});

type Shown = { about: Fact[]; said: Awaited<ReturnType<typeof explainedTo>> };

async function showRun(context: ActionContext, run: Run, { about, said }: Shown): Promise<Reply> {
  const { world } = context;
  const [db, id] = [world.database.knex, run.id];
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
  const gate = await showGate(context, run);
  const notices = await listNotices(db, id);
  const artifacts = await listArtifacts(db, id);
  const told = notices.map(({ priority, text }): Fact => [`notice (${priority})`, text]);
  const standing = [...about, ...gate.facts, ...reviewerFacts(await viewReviewers(db, id))];
  return {
    ok: true,
    text: `Run ${id}`,
    facts: [...standing, ...said.facts, ...tried, ...happened, ...told],
    sections: [
      { kind: "facts", title: "", facts: standing },
      await decisionCard(context, run, { attempts, journal, said: said.facts }),
      attemptsTable(attempts),
      timelineTable(journal),
      ...(artifacts.length === 0 ? [] : [artifactsTable(artifacts)]),
      ...(notices.length === 0 ? [] : [noticesTable(notices)]),
    ],
    data: { run, attempts, journal, artifacts, notices, explanation: said.explanation, ...gate.data },
  };
}

function reviewerFacts({ awaited, unheard }: ReviewersView): Fact[] {
  const apart = unheard.map(({ author, because }) => `${author} (${because})`);
  return [
    ...(awaited.length > 0 ? [["awaited reviewers", awaited.join(", ")] as const] : []),
    ...(apart.length > 0 ? [["unheard reviews", apart.join(", ")] as const] : []),
  ];
}

function attemptWords({ grade, notResumed }: AttemptReport): string {
  const anew = notResumed === null ? "" : `; began anew instead of going on with its thread: ${notResumed}`;
  return `${grade.grade} (${grade.reason}): ${grade.because}${anew}`;
}
