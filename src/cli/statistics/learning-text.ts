import type { Proposal } from "../../core/learning/proposal.ts";
import type { SkillsFeedback } from "../../core/statistics/skills-feedback.ts";
import type { Metrics, SkillsMetrics } from "../../core/statistics/skills-metrics.ts";
import type { StoredProposal } from "../../database/proposals.ts";
import type { ProposalView } from "../../reports/learning.ts";
import { clean } from "../clean.ts";
import { paint } from "../paint.ts";
import { renderFacts } from "../render.ts";
import { type Column, tableLines } from "./table.ts";
import { numberText, percentText } from "./words.ts";

/** What fails of each skill, prompt version and model, and why. */
export function metricsText(metrics: SkillsMetrics, width: number): string {
  return [
    `the newest ${metrics.attempts} attempts, of ${metrics.runs} runs`,
    ...metricsTable("skills", metrics.per_skill, width),
    ...metricsTable("prompt versions", metrics.per_prompt, width),
    ...metricsTable("models", metrics.per_model, width),
  ].join("\n");
}

const COLUMNS: readonly Column[] = [
  { head: "", shrinks: true },
  ...["attempts", "runs", "passed", "reviews"].map((head): Column => ({ head, right: true })),
  { head: "fails most by" },
];

function metricsTable(title: string, rows: readonly Metrics[], width: number): string[] {
  const cells = rows.map(({ name, attempts, runs, pass_rate_pct, reviews_per_run, failures: [most] }) => [
    ...[name, String(attempts), String(runs), percentText(pass_rate_pct), numberText(reviews_per_run)],
    most === undefined ? "–" : `${most.reason} (${most.count})`,
  ]);
  return ["", paint("bold", title), ...tableLines(COLUMNS, cells, width)];
}

export function feedbackText(feedback: SkillsFeedback & { markdown_path: string }, width: number): string {
  const { input_summary: input, actions, proposals, markdown_path: file } = feedback;
  return [
    `${input.attempts} attempts of ${input.runs} runs, ${percentText(input.pass_rate_pct)} passed`,
    ...["", paint("bold", "what comes again and again")],
    ...(actions.length === 0
      ? [`  nothing ${input.min_samples} times or more`]
      : renderFacts(
          actions.map(({ reason, trigger, recommendation }) => [reason, `${trigger}: ${recommendation}`]),
        )),
    ...["", paint("bold", "proposals")],
    ...proposalTable(proposals, width),
    ...["", `The report: ${file}`],
    ...(proposals.length === 0 ? [] : ["Look at one with: agentpr proposals show <id>"]),
  ].join("\n");
}

type Listed = { id: string; status: string; title: string };

function proposalTable(proposals: readonly Listed[], width: number): string[] {
  if (proposals.length === 0) return ["  none"];
  return tableLines(
    [{ head: "proposal" }, { head: "is" }, { head: "changes", shrinks: true }],
    proposals.map(({ id, status, title }) => [id, status, title]),
    width,
  );
}

export function proposalsText(
  { proposals }: { proposals: readonly StoredProposal[] },
  width: number,
): string {
  const listed = proposals.map(({ id, status, proposal: { title } }) => ({ id, status, title }));
  return listed.length === 0
    ? "There are no proposals. agentpr skills-feedback makes them where enough attempts speak for one."
    : proposalTable(listed, width).join("\n");
}

/** One proposal with all that speaks for it. */
export function proposalText({ id, status, proposal, journal, effect, written }: ProposalView): string {
  const { evidence, expected, patch, replay } = proposal;
  const facts: [string, string][] = [
    ["is", status],
    ...(patch.kind === "policy"
      ? [["for", `${patch.repository} alone`] as [string, string]]
      : [["adds", patch.add] as [string, string]]),
    ...(patch.kind === "policy" && patch.looser
      ? [["mind", "it lets more through than before"] as [string, string]]
      : []),
    [
      "speaks for it",
      `${evidence.attempts} of ${evidence.of} attempts ended as ${proposal.reason}, ${evidence.passed} passed`,
    ],
    ["runs", evidence.runs.join(", ")],
    ["expected", expected],
    ["replay", replayWords(replay)],
    ...(replay.kind === "replayed" ? replay.changed.slice(0, 20).map(changeWords) : []),
    ...(written === null ? [] : [["wrote", `${written.version}: ${written.file}`] as [string, string]]),
    ...(effect === null ? [] : [["since then", effectWords(effect, proposal)] as [string, string]]),
    ...journal.map(({ type, by, detail, at }): [string, string] => [
      new Date(at).toISOString(),
      `${type} by ${by}: ${detail}`,
    ]),
  ];
  return [`${paint("bold", id)}  ${clean(proposal.title)}`, ...renderFacts(facts)].join("\n");
}

function replayWords(replay: Proposal["replay"]): string {
  if (replay.kind === "not_replayable") return `none: ${replay.why}`;
  const { attempts, changed, better, worse } = replay;
  return `of ${attempts} past attempts ${changed.length} would have come out differently: ${better} would pass, ${worse} would not any more`;
}

type Changed = Extract<Proposal["replay"], { kind: "replayed" }>["changed"][number];

function changeWords({ run_id, before, after }: Changed): [string, string] {
  return [run_id, `${before.grade} (${before.reason}) → ${after.grade} (${after.reason})`];
}

function effectWords(
  { attempts, ended_so, passed }: NonNullable<ProposalView["effect"]>,
  { reason, evidence }: Proposal,
): string {
  if (attempts === 0) return "no attempt has run under it yet";
  const share = (part: number, whole: number) => `${Math.round((part / whole) * 100)} %`;
  return `${attempts} attempts under it: ${share(ended_so, attempts)} ended as ${reason} (before: ${share(evidence.attempts, evidence.of)}), ${share(passed, attempts)} passed (before: ${share(evidence.passed, evidence.of)})`;
}
