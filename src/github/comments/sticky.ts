import { cell, clip, code, words } from "../../core/markdown.ts";
import { isOver } from "../../core/run.ts";
import type { AttemptView, RunView } from "../../core/run-view.ts";
import { gateCard } from "./gate-card.ts";
import { type Links, linksOf } from "./links.ts";
import { nextStep } from "./next-step.ts";

const MOST_ATTEMPTS = 10;
const MOST_COMMANDS = 20;
const MOST_FILES = 30;
const MOST_FINDINGS = 20;

/** The one comment that tells how a run stands; it is edited in place. */
export function stickyBody(view: RunView, links: Links): string {
  const { run } = view;
  const { headline, next } = nextStep(view);
  const places = linksOf(run, links);
  return [
    `### agentpr: ${headline}`,
    next,
    ...(places.length === 0 ? [] : [places.join(" · ")]),
    ...gateCard(view),
    ...attemptsTable(view.attempts),
    ...freshThreadOf(view.attempts.at(-1)),
    ...findingsOf(view.attempts.at(-1)),
    ...evidenceOf(view.attempts.at(-1)),
    ...filesOf(view),
    ...reviewersOf(view),
    ...budgetOf(view),
    `<sub>run ${code(run.id)}${stateOf(view)} · commands: ${code("/agentpr help")}</sub>`,
  ].join("\n\n");
}

/** Not while the pull request is open: whether its checks or its reviewers are waited for, no edit of ours follows. */
function stateOf({ run }: RunView): string {
  return run.state === "CI_WAIT" || run.state === "REVIEW_WAIT" ? "" : ` · state ${code(run.state)}`;
}

/** Also the summary of the check run, which has no title line of its own. */
export function evidenceOf(attempt: AttemptView | undefined): string[] {
  if (attempt === undefined) return [];
  const commands = attempt.commands.slice(0, MOST_COMMANDS).map(commandLine);
  if (commands.length === 0) return ["**Verified:** no command was run again on the change."];
  const more = attempt.commands.length - commands.length;
  const rest = more > 0 ? [`- and ${more} more`] : [];
  return [["**Verified** by the runner, on the change itself:", "", ...commands, ...rest].join("\n")];
}

function commandLine({ command, verdict, ran, failing }: AttemptView["commands"][number]): string {
  const counts = [
    ...(ran === null ? [] : [`${ran} tests`]),
    ...(failing === null || failing === 0 ? [] : [`${failing} failing`]),
  ];
  return `- ${code(command)}: ${words(verdict.replaceAll("_", " "))}${counts.length > 0 ? ` (${counts.join(", ")})` : ""}`;
}

function freshThreadOf(attempt: AttemptView | undefined): string[] {
  if (!attempt?.notResumed) return [];
  return [
    `The last attempt began anew instead of going on with its thread: ${words(attempt.notResumed, 300)}.`,
  ];
}

/** Everything that was found, not only what the grade was decided by. */
function findingsOf(attempt: AttemptView | undefined): string[] {
  const findings = attempt?.findings ?? [];
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, MOST_FINDINGS)
    .map(
      ({ what, path, detail }) =>
        `- ${code(what)}${path === null ? "" : ` in ${code(path)}`}: ${words(detail, 300)}`,
    );
  const more = findings.length - lines.length;
  return [
    ["**Found** in the last attempt:", "", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n"),
  ];
}

function attemptsTable(attempts: readonly AttemptView[]): string[] {
  if (attempts.length === 0) return [];
  const rows = attempts.slice(-MOST_ATTEMPTS).map(({ number, grade, reason, because, files, addedLines }) => {
    const size = `${files} ${files === 1 ? "file" : "files"}, +${addedLines}`;
    return `| ${number} | ${cell(grade)} | ${cell(reason)} | ${size} | ${cell(because, 200)} |`;
  });
  return [["| attempt | grade | reason | change | because |", "|---|---|---|---|---|", ...rows].join("\n")];
}

function filesOf({ changeFiles }: RunView): string[] {
  if (changeFiles.length === 0) return [];
  const shown = changeFiles.slice(0, MOST_FILES).map((path) => code(clip(path, 200)));
  const more = changeFiles.length - shown.length;
  return [`**Files:** ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
}

const MOST_REVIEWERS = 20;

function reviewersOf({ run, reviewers: { awaited, unheard } }: RunView): string[] {
  if (isOver(run)) return [];
  const silent = awaited.slice(0, MOST_REVIEWERS).map((login) => code(login));
  const others = new Map(unheard.slice(-MOST_REVIEWERS).map(({ author, because }) => [author, because]));
  const apart = [...others].map(([author, because]) => `${code(author)} (${words(because)})`);
  return [
    ...(silent.length > 0 ? [`**Review asked for, not given yet:** ${silent.join(", ")}`] : []),
    ...(apart.length > 0 ? [`**Reviews that cause nothing here:** ${apart.join(", ")}`] : []),
  ];
}

/** Nothing is said of a run that is over: nothing more is spent on it. */
function budgetOf({ run, budget }: RunView): string[] {
  if (budget.length === 0 || isOver(run)) return [];
  return [`**Budget** ${budget.map(([label, text]) => `${label}: ${text}`).join(" · ")}`];
}
