import { z } from "zod";
import type { ApiCalls } from "../core/api-calls.ts";
import type { Run } from "../core/run.ts";
import { duration, type Section } from "../core/section.ts";
import { readCalls } from "../database/api-calls.ts";
import { listArtifacts } from "../database/artifacts.ts";
import { listAttempts } from "../database/attempts.ts";
import { readJournal } from "../database/journal.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { type Inspection, inspectRows } from "../reports/inspection.ts";
import { type ActionContext, action } from "./action.ts";
import type { Actor } from "./actor.ts";
import { describeRun } from "./describe.ts";
import { explainedTo } from "./explanation.ts";
import { logTails } from "./log-tails.ts";
import { RunInput, withRun } from "./named-run.ts";
import type { Fact, Reply } from "./reply.ts";
import { attemptsTable, commandsTable, timelineTable } from "./run-tables.ts";

const limit = (usual: number) => z.coerce.number().int().min(1).max(1_000).default(usual);
const Input = RunInput.extend({
  attempt_limit: limit(120),
  event_limit: limit(60),
  command_limit: limit(20),
  include_log_tails: z.boolean().or(z.stringbool()).default(false),
});
type Input = z.infer<typeof Input>;

export const inspect = action({
  summary: "Look into a run: times by stage, commands, tokens and cost, events, decisions and who made them",
  aliases: ["inspect-run"],
  tier: "write",
  isQuestion: true,
  input: Input,
  examples: ["/agentpr inspect", "agentpr inspect-run --run-id run_1a2b3c4d5e6f --include-log-tails"],
  run: (context, actor, input) =>
    // Output is for whoever has the machine, not for a page that everybody reads.
    withRun(context, actor, input, (run) =>
      look(context, actor, run, {
        ...input,
        include_log_tails: input.include_log_tails && actor.via === "cli",
      }),
    ),
});

async function look(context: ActionContext, actor: Actor, run: Run, input: Input): Promise<Reply> {
  const db = context.world.database.knex;
  const attempts = (await listAttempts(db, run.id)).slice(-input.attempt_limit);
  const journal = await readJournal(db, run.id);
  const { prices } = await policyOfRun(context, run);
  const inspection = inspectRows({ attempts, journal, prices, commandLimit: input.command_limit });
  const calls = await readCalls(db, run.id);
  const newest = attempts.findLast(({ report }) => report !== null);
  const events = journal.slice(-input.event_limit);
  const tails =
    input.include_log_tails && newest ? await logTails(newest, await listArtifacts(db, run.id)) : [];
  const said = await explainedTo(context, actor, run, { ask: false });
  const facts = [...describeRun(run), ...totalFacts(inspection), githubFact(calls), ...said.facts];
  return {
    ok: true,
    text: `Run ${run.id}`,
    facts: [...facts, ...decisionFacts(inspection)],
    sections: [
      { kind: "facts", title: "", facts },
      attemptsTable(attempts),
      ...(newest === undefined ? [] : [commandsTable(newest, input.command_limit)]),
      decisionsTable(inspection),
      timelineTable(events, "events"),
      ...tails,
    ],
    data: {
      run,
      ...inspection,
      github_calls: callsData(calls),
      events,
      explanation: said.explanation,
      log_tails: tails.map(tailData),
    },
  };
}

function callsData({ waitedMs, ...calls }: ApiCalls) {
  return { ...calls, waited_ms: waitedMs };
}

function tailData(section: Section) {
  return { title: section.title, text: section.kind === "text" ? section.text : "" };
}

function totalFacts({ totals, attempts }: Inspection): Fact[] {
  const publish = attempts.flatMap(({ stages }) => stages.filter(({ stage }) => stage === "publish"));
  const cost = totals.cost_usd === null ? "" : `, ${totals.cost_usd.toFixed(2)} US dollars`;
  return [
    [
      "working",
      `${duration(totals.working_ms)} in ${totals.attempts} attempts, of ${duration(totals.wall_ms)} in all`,
    ],
    ["tokens", `${totals.tokens}${cost}`],
    ...publish.slice(-1).map(({ duration_ms: ms }): Fact => ["publishing took", duration(ms)]),
  ];
}

/** What the app has asked of GitHub for this run; the runner asks for nothing there. */
function githubFact({ creations, edits, reads, unchanged, mints, revocations, ...kept }: ApiCalls): Fact {
  const asked = `${creations} creations, ${edits} edits, ${reads} reads and ${unchanged} unchanged`;
  const waited = kept.waits === 0 ? "none kept back" : `${kept.waits} kept back, ${duration(kept.waitedMs)}`;
  return ["GitHub calls", `${asked}; tokens ${mints} made, ${revocations} ended; ${waited}`];
}

function decisionFacts({ decisions }: Inspection): Fact[] {
  return decisions
    .slice(-10)
    .map(({ event, to, source }): Fact => ["decided", `${event} → ${to}, by ${source}`]);
}

function decisionsTable({ decisions }: Inspection): Section {
  return {
    kind: "table",
    title: "decisions",
    columns: [
      { name: "when", align: "right" },
      { name: "decision" },
      { name: "to" },
      { name: "by", yields: true },
    ],
    rows: decisions.map(({ at, event, to, source }) => [
      { at },
      { text: event },
      { text: to },
      { text: source },
    ]),
  };
}
