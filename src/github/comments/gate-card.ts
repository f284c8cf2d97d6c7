import type { CheckResult } from "../../core/gate.ts";
import { code, fence, words } from "../../core/markdown.ts";
import type { ApprovalView, RunView } from "../../core/run-view.ts";
import type { ShownRequest } from "../../core/shown-request.ts";

const MOST_FILES = 30;
const MARKS: Record<CheckResult["outcome"], string> = { ok: "✅", warning: "⚠️", failure: "❌" };

/** What a person decides about: the gate, check by check, and once it is asked for everything that would be opened. */
export function gateCard({ run, approval, gate }: RunView): string[] {
  if (run.state !== "PUSHED") return [];
  if (approval?.status === "requested" && approval.shown !== null)
    return [...requestCard(approval, approval.shown), ...gateLines(approval.shown.checks)];
  return gateLines(gate?.checks ?? []);
}

function gateLines(checks: readonly CheckResult[]): string[] {
  if (checks.length === 0) return [];
  const lines = checks.map(({ title, outcome, reason }) => {
    const why = reason === null ? "" : `: ${words(reason, 500)}`;
    return `- ${MARKS[outcome]} ${words(title)}${why}`;
  });
  const held = checks.filter(({ outcome }) => outcome === "ok").length;
  const head = `<summary><b>Gate</b>: ${held} of ${checks.length} checks hold</summary>`;
  return [`<details>${head}`, lines.join("\n"), "</details>"];
}

function requestCard(approval: ApprovalView, shown: ShownRequest): string[] {
  const { title, sha, baseBranch, body, draft, bypass } = approval;
  const rows = [
    shown.pull === undefined
      ? ["opens", `${draft ? "a draft" : "a pull request"} in ${code(shown.repository)}`]
      : ["pushes to", `#${shown.pull} in ${code(shown.repository)}`],
    ["title", code(title, 250)],
    ["from → into", `${code(shown.head)} → ${code(baseBranch)}`],
    ["commit", code(sha)],
    ["change", `${shown.files.length} files, +${shown.addedLines} −${shown.deletedLines}`],
    ["workflows", workflowWords(shown.workflows)],
    ["template", shown.template === null ? "none" : code(shown.template)],
    ...(bypass === null ? [] : [["gate bypassed", words(bypass, 500)]]),
  ];
  return [
    shown.pull === undefined ? "**What would be opened**" : "**What would be pushed**",
    rows.map(([label, value]) => `- ${label}: ${value}`).join("\n"),
    ...questionLines(shown.questions),
    "<details><summary>Files and body</summary>",
    shown.files.slice(0, MOST_FILES).map(fileLine).join("\n"),
    fence(body.slice(0, 20_000), "markdown"),
    "</details>",
  ];
}

function fileLine({ path, status, added, deleted }: ShownRequest["files"][number]): string {
  return `- ${words(status)} ${code(path)} +${added} −${deleted}`;
}

function questionLines(questions: readonly string[]): string[] {
  if (questions.length === 0) return [];
  const lines = questions.map((question) => `- ${words(question, 300)}`);
  return [["**Left for a person to answer** on the pull request:", "", ...lines].join("\n")];
}

function workflowWords(workflows: ShownRequest["workflows"]): string {
  if (workflows === null) return "not known";
  const named = (list: readonly string[]) => list.map((name) => code(name)).join(", ") || "none";
  return `pushing starts ${named(workflows.push)}; opening starts ${named(workflows.pull)}`;
}
