import { z } from "zod";
import type { VerifiedCommand } from "../core/evidence.ts";
import { type Analysed, type AttemptAnalysis, analyseAttempt } from "../reports/attempt-analysis.ts";
import { action } from "./action.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Fact, notFound, type Reply, refuse } from "./reply.ts";

export const analyze = action({
  summary: "Say what came of an attempt: its grade, every rule that matched, what to do",
  aliases: ["analyze-worker-output"],
  tier: "write",
  isQuestion: true,
  input: RunInput.extend({ attempt: z.coerce.number().int().min(1).optional() }),
  examples: ["/agentpr analyze", "agentpr analyze-worker-output --run-id run_1a2b3c4d5e6f --attempt 2"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) => {
      const order = { run, number: input.attempt ?? null, policy: context.policyFor(run) };
      const analysed = await analyseAttempt(context.world.database.knex, order);
      // Output and paths are for whoever has the machine, not for a page that everybody reads.
      return replyTo(run.id, analysed, { inFull: actor.via === "cli" });
    }),
});

type How = { inFull: boolean };

function replyTo(runId: string, analysed: Analysed, how: How): Reply {
  if (analysed.kind === "no_attempt") return notFound(`Run ${runId} has no such attempt.`);
  if (analysed.kind === "no_report") {
    const { number, status, runner } = analysed.attempt;
    return refuse(`Attempt ${number} of ${runId} has no report: it is ${status}, on runner ${runner}.`);
  }
  const { analysis } = analysed;
  const { attempt, grade } = analysis.report;
  const { digest, rules, today, artifacts } = analysis;
  return {
    ok: true,
    text: `Attempt ${attempt} of ${runId}: ${grade.grade} (${grade.reason})`,
    facts: factsOf(analysis, how),
    ...(how.inFull ? { data: { digest, rules, today, advice: analysis.advice, artifacts } } : {}),
  };
}

function factsOf(analysis: AttemptAnalysis, { inFull }: How): Fact[] {
  const { report, rules, today, advice, todo } = analysis;
  return [
    ["state", analysis.digest.state.after ?? "unknown"],
    ["because", report.grade.because],
    ["means", advice.means],
    ...rules.map((rule): Fact => ["rule", `${rule.name} → ${rule.grade} (${rule.reason}): ${rule.because}`]),
    ...(today === null
      ? []
      : [["today's policy", `${today.grade} (${today.reason}): ${today.because}`] as const]),
    ...codexFacts(analysis),
    ...verifiedFacts(report.evidence.verification?.commands ?? [], inFull),
    ...changeFacts(analysis),
    ...usageFacts(analysis),
    ...(inFull ? artifactFacts(analysis) : []),
    ...todo.map((what): Fact => ["do", what]),
  ];
}

function codexFacts({ report, digest }: AttemptAnalysis): Fact[] {
  const { codex, preflight } = report.evidence;
  const { count, categories } = digest.commands;
  const failed = preflight.filter(({ ok }) => !ok);
  return [
    ...failed.map(({ name, detail }): Fact => ["preflight", `${name}: ${detail}`]),
    ["Codex", codex === null ? "did not run" : `${codex.kind}${codex.message ? `: ${codex.message}` : ""}`],
    ["worker ran", `${count} commands: ${categories.test} tests, ${categories.lint} linters`],
  ];
}

function verifiedFacts(commands: readonly VerifiedCommand[], inFull: boolean): Fact[] {
  return commands.flatMap(({ command, verdict, origin, head, newFailures }): Fact[] => [
    [
      "verified",
      `${command}: ${verdict} (from ${origin}, ${head.ran ?? "unknown"} tests, ${seconds(head.durationMs)})`,
    ],
    ...newFailures.slice(0, 20).map((name): Fact => ["new failure", name]),
    ...(inFull && verdict !== "passed" && head.outputTail.trim() !== ""
      ? [["its output", lastLines(head.outputTail)] as const]
      : []),
  ]);
}

function changeFacts({ report: { evidence }, digest: { changes } }: AttemptAnalysis): Fact[] {
  const { changed_files_count: files, added_lines: added, deleted_lines: deleted } = changes;
  const findings = [
    ...evidence.violations.map(({ rule, path, detail }) => `${rule}: ${path ?? "the attempt"}: ${detail}`),
    ...evidence.weakenings.map(({ kind, path, detail }) => `${kind}: ${path}: ${detail}`),
  ];
  return [
    ["change", files === 0 ? "none" : `${files} files, +${added} −${deleted}`],
    ...findings.slice(0, 20).map((finding): Fact => ["finding", finding]),
  ];
}

function usageFacts({ digest: { usage, stages } }: AttemptAnalysis): Fact[] {
  const cost = usage.cost_usd === null ? "" : `, ${usage.cost_usd.toFixed(2)} US dollars`;
  const times = stages.stage_totals.map(({ stage, duration_ms: ms }) => `${stage} ${seconds(ms)}`);
  return [
    ["tokens", `${usage.total_tokens}${cost}`],
    ...(times.length === 0 ? [] : [["time", times.join(", ")] as const]),
  ];
}

/** What is no longer there is named by what became of it, not by a path that leads nowhere. */
function artifactFacts({ artifacts }: AttemptAnalysis): Fact[] {
  return artifacts.map(
    ({ name, location, removedAt, removedWhy }): Fact => [
      name,
      removedAt === null ? location : `removed ${new Date(removedAt).toISOString()} (${removedWhy})`,
    ],
  );
}

const LINES = 12;

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-LINES).join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
