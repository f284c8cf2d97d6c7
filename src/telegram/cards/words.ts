// What a card says about a run, piece by piece; every piece is a list of lines.
import type { RunInFull } from "../../actions/run-in-full.ts";
import { ADVICE } from "../../core/advice.ts";
import type { Run, State } from "../../core/run.ts";
import { bold, code, faint, type Html, html, link } from "../html.ts";

const SIGNS: Record<State, string> = {
  QUEUED: "🕒",
  EXECUTING: "🛠",
  PUSHED: "🙋",
  CI_WAIT: "⏳",
  REVIEW_WAIT: "👀",
  ITERATING: "🔁",
  PAUSED: "⏸",
  NEEDS_HUMAN: "🆘",
  DONE: "✅",
  FAILED: "❌",
};

/** What comes next by itself, or who has to do something. */
const NEXT: Record<State, string> = {
  QUEUED: "begins by itself, unless it is held",
  EXECUTING: "Codex works on it; its change is verified before anybody is asked",
  PUSHED: "waits for a person: request the pull request, then confirm it",
  CI_WAIT: "waits for the checks of its pull request",
  REVIEW_WAIT: "waits for reviewers; merging is theirs",
  ITERATING: "Codex answers what the checks or a reviewer said",
  PAUSED: "does nothing until it is resumed",
  NEEDS_HUMAN: "waits for a person: retry, resume or cancel",
  DONE: "is over: merged",
  FAILED: "is over, unless somebody retries it",
};

export function headline({ run, nowMs }: RunInFull, githubUrl: string): Html[] {
  const { id, owner, repo, state, request, stateSince, prNumber } = run;
  const pull =
    prNumber === null
      ? html``
      : html` · ${link(`#${prNumber}`, `${githubUrl}/${owner}/${repo}/pull/${prNumber}`)}`;
  return [
    html`${SIGNS[state]} ${bold(state)} ${faint(`for ${span(nowMs - stateSince)}`)} · ${owner}/${repo}${pull}`,
    html`${code(id)} ${request.issue === null ? "" : `#${request.issue} `}${request.title.slice(0, 200)}`,
  ];
}

function nextOf({ state, prNumber }: Run): string {
  return state === "PUSHED" && prNumber !== null
    ? `its push to #${prNumber} waits for a person: request it, then confirm it`
    : NEXT[state];
}

export function decisionLines({ run }: RunInFull): Html[] {
  const from = run.pausedFrom === null ? "" : ` (paused from ${run.pausedFrom})`;
  return [
    html`${bold("Next")}: ${nextOf(run)}${from}`,
    ...(run.reason === null ? [] : [html`${bold("Reason")}: ${run.reason.slice(0, 500)}`]),
  ];
}

/** The grade as the rules gave it, and what shuts the gate. */
export function whyMachine({ report, gate }: RunInFull): Html[] {
  const grade =
    report === null
      ? []
      : [
          html`${bold("why_machine")}: ${report.grade.grade} ${code(report.grade.reason)} ${report.grade.because.slice(0, 400)}`,
          faint(
            html`${ADVICE[report.grade.reason].means}; ${ADVICE[report.grade.reason].todo.replaceAll("`", "")}`,
          ),
        ];
  const shut = gate === null || gate.open ? [] : gate.because.map((why) => html`⛔ ${why.slice(0, 300)}`);
  return [...grade, ...shut];
}

const MOST_COMMANDS = 5;

export function evidenceLines({ report, change, view }: RunInFull): Html[] {
  if (report === null) return [];
  const { evidence, attempt } = report;
  const commands = evidence.verification?.commands ?? [];
  const failures = commands.flatMap(({ newFailures }) => newFailures);
  const worker = evidence.commands.length;
  const { inputTokens, outputTokens } = evidence.usage;
  return [
    html`${bold("Evidence")}: attempt ${attempt}, ${worker} commands run, ${commands.length} verified`,
    ...commands
      .slice(0, MOST_COMMANDS)
      .map(
        ({ command, verdict, head }) =>
          html`${verdict === "passed" ? "✔" : "✘"} ${code(command, 120)} ${verdict}${head.ran === null ? "" : `, ${head.ran} tests`}`,
      ),
    ...(failures.length === 0
      ? []
      : [html`✘ new failures: ${failures.slice(0, 3).join(", ").slice(0, 300)}`]),
    ...(change === null
      ? []
      : [html`Δ ${change.diff.files.length} files, +${change.diff.addedLines} −${change.diff.deletedLines}`]),
    html`Tokens: ${inputTokens + outputTokens}${view.budget
      .map(([label, text]) => `; ${label}: ${text}`)
      .join("")
      .slice(0, 300)}`,
  ];
}

/** What an attempt under way does right now. */
export function progressLines({ running, nowMs }: RunInFull): Html[] {
  if (running === null) return [];
  const { commandRunning, commands, usage } = running.progress ?? {};
  const now = typeof commandRunning === "string" ? [html`▶ ${code(commandRunning, 200)}`] : [];
  const tokens = tokensOf(usage);
  return [
    html`${bold(`Attempt ${running.number}`)} on ${running.runner}: ${span(nowMs - running.startedAt)}, ${typeof commands === "number" ? commands : 0} commands${tokens === null ? "" : `, ${tokens} tokens`}`,
    ...now,
  ];
}

function tokensOf(usage: unknown): number | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { inputTokens, outputTokens } = usage as { inputTokens?: unknown; outputTokens?: unknown };
  return typeof inputTokens === "number" && typeof outputTokens === "number"
    ? inputTokens + outputTokens
    : null;
}

/** Coarse, so that a card does not change every second for nothing. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${Math.floor(seconds / 5) * 5} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`;
}
