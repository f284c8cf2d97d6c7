import { type Decision, decide } from "../core/decision.ts";
import type { Event } from "../core/event.ts";
import { judgeGate } from "../core/gate.ts";
import { wouldMove } from "../core/moves-in-words.ts";
import type { Run } from "../core/run.ts";
import { newestApproval } from "../database/approvals.ts";
import { listJobs } from "../database/job-queries.ts";
import { type Entry, readJournal } from "../database/journal.ts";
import { readDecisionFacts } from "../engine/decision-facts.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, mayUse } from "./actor.ts";
import { explainedTo } from "./explanation.ts";
import { RunInput, withRun } from "./named-run.ts";
import type { Fact, Reply } from "./reply.ts";

export const explain = action({
  summary:
    "Say why a run is where it is: how it came there, what was decided last and why, what would move it",
  aliases: ["why"],
  tier: "read",
  requesterMay: true,
  input: RunInput,
  examples: ["/agentpr explain"],
  run: (context, actor, input) => withRun(context, actor, input, (run) => explainRun(context, actor, run)),
});

async function explainRun(context: ActionContext, actor: Actor, run: Run): Promise<Reply> {
  const journal = await readJournal(context.world.database.knex, run.id);
  const facts = await explainFacts(context, run, journal);
  // Whoever has no role here may look at their own request; a model is asked, and paid, for those who have one.
  const ask = mayUse(actor, "read");
  const { explanation, facts: said } = await explainedTo(context, actor, run, { ask });
  return {
    ok: true,
    text: `Why run ${run.id} is ${run.state}`,
    facts: [...facts, ...said],
    data: { run_id: run.id, state: run.state, ...Object.fromEntries(facts), explanation },
  };
}

/** How the run came where it is, what was decided, what it waits for and what would move it. */
export async function explainFacts(
  context: ActionContext,
  run: Run,
  journal: readonly Entry[],
): Promise<Fact[]> {
  return [
    ...cameHere(run, journal),
    ...(await decided(context, run, journal)),
    ...(await waitsFor(context, run)),
    ["moved by", wouldMove(run).join("; ") || "nothing: it is over"],
  ];
}

function cameHere(run: Run, journal: readonly Entry[]): Fact[] {
  const came = journal.findLast(({ fromState, toState }) => fromState !== toState);
  const from: Fact[] = came
    ? [["came here", `${came.fromState} → ${came.toState}: ${inWords(came.event)}`]]
    : [];
  return [
    ["state", `${run.state} since ${time(run.stateSince)}`],
    ...from,
    ...(run.reason === null ? [] : [["reason", run.reason] as const]),
  ];
}

/** An event with whoever did it and why, as far as it says. */
function inWords(event: Event): string {
  const by = "by" in event && event.by ? ` by ${event.by}` : "";
  const reason = "reason" in event && event.reason ? ` (${event.reason})` : "";
  return `${event.type}${by}${reason}`;
}

/** The rules' answer to the facts as they stand now, which is what the last decision was made from. */
async function decided(context: ActionContext, run: Run, journal: readonly Entry[]): Promise<Fact[]> {
  const facts = await readDecisionFacts(context, run, journal);
  const { verdict } = facts.history;
  const decision = decide(facts);
  return [
    ...(verdict === null
      ? []
      : [["last attempt", `${verdict.grade} (${verdict.reason}), number ${verdict.attempt}`] as const]),
    ["decision", whyOf(decision)],
  ];
}

function whyOf(decision: Decision): string {
  const why = "reason" in decision ? decision.reason : "why" in decision ? decision.why : null;
  const until =
    "untilMs" in decision && decision.untilMs !== undefined ? `, until ${time(decision.untilMs)}` : "";
  return `${decision.kind}${why === null ? "" : `: ${why}`}${until}`;
}

/** Work that is under way or was set aside, and at the gate what still shuts it. */
async function waitsFor(context: ActionContext, run: Run): Promise<Fact[]> {
  const db = context.world.database.knex;
  const jobs = await listJobs(db, { run_id: run.id });
  const open = jobs.filter(({ status }) => status === "queued" || status === "leased");
  const dead = jobs.filter(({ status }) => status === "dead");
  return [
    ...(open.length === 0 ? [] : [["under way", kinds(open)] as const]),
    ...(dead.length === 0 ? [] : [["set aside", kinds(dead)] as const]),
    ...(run.state === "PUSHED" ? await atTheGate(context, run) : []),
  ];
}

function kinds(jobs: readonly { kind: string }[]): string {
  return [...new Set(jobs.map(({ kind }) => kind))].join(", ");
}

async function atTheGate(context: ActionContext, run: Run): Promise<Fact[]> {
  const policy = context.policyFor(run);
  const gate = judgeGate(await readGateFacts(context.world, run, policy));
  const approval = await newestApproval(context.world.database.knex, run.id);
  const request: Fact[] =
    approval === null ? [] : [["request", `${approval.status}, by ${approval.requestedBy}`]];
  return [["gate", gate.open ? "open" : gate.because.join("; ")], ...request];
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
