import type { RunInFull } from "../../actions/run-in-full.ts";
import { openQuestions, riskFlags } from "../../core/risk-flags.ts";
import type { Approval } from "../../database/approvals.ts";
import { bold, code, faint, type Html, html } from "../html.ts";
import { evidenceLines, span, whyMachine } from "./words.ts";

const MOST_FILES = 12;

const ENDS: Readonly<Record<Exclude<Approval["status"], "requested">, string>> = {
  confirmed: "is being opened",
  used: "was opened",
  void: "is void: request it again",
  expired: "has expired: request it again",
  rejected: "was turned down",
};

const ENDS_OF_PUSH: typeof ENDS = { ...ENDS, confirmed: "is being made", used: "was made" };

/** Exactly what would be opened or pushed, and everything that speaks for and against it. */
export function approvalLines(full: RunInFull): Html[] {
  const { approval, change, report } = full;
  if (approval === null) return [];
  const risks = change === null ? [] : riskFlags(change, report);
  const questions = openQuestions(approval.body);
  return [
    html`${bold(titleOf(approval))} ${statusOf(full, approval)}`,
    html`${bold("Title")}: ${approval.title}${approval.draft ? " (draft)" : ""}`,
    ...placeLines(full, approval),
    ...fileLines(full),
    ...risks.map((risk) => html`⚠ ${risk}`),
    ...evidenceLines(full),
    ...whyMachine(full),
    ...(questions.length === 0 ? [] : [html`${bold("Left for a person to answer")}:`]),
    ...questions.slice(0, 8).map((question) => html`☐ ${question.slice(0, 200)}`),
  ];
}

function titleOf({ shown }: Approval): string {
  return shown?.pull === undefined ? "Pull request" : `Push to #${shown.pull}`;
}

function statusOf(
  { nowMs, policy }: RunInFull,
  { status, expiresAt, requestedBy, confirmedBy, shown }: Approval,
): Html {
  const ends = shown?.pull === undefined ? ENDS : ENDS_OF_PUSH;
  if (status !== "requested")
    return html`${ends[status]}${confirmedBy === null ? "" : `, confirmed by ${confirmedBy}`}`;
  const second = policy.distinct_approver ? "; somebody else must confirm it" : "";
  if (expiresAt <= nowMs) return html`${ends.expired}`;
  return html`requested by ${requestedBy}, ${faint(`expires in ${span(expiresAt - nowMs)}`)}${second}`;
}

function placeLines({ run, policy }: RunInFull, { baseBranch, baseSha, sha }: Approval): Html[] {
  const from = run.fork === null ? run.branch : `${run.fork.owner}/${run.fork.repo}:${run.branch}`;
  const published =
    run.publishedSha === sha
      ? "the branch is published"
      : run.prNumber === null
        ? `published when confirmed (${policy.publish_before_approval})`
        : "pushed when confirmed";
  return [
    html`${bold("Into")}: ${run.owner}/${run.repo} ${code(baseBranch)} at ${code(baseSha.slice(0, 12))}`,
    html`${bold("From")}: ${code(from)} at ${code(sha.slice(0, 12))}, ${published}`,
  ];
}

function fileLines({ change }: RunInFull): Html[] {
  const files = change?.diff.files ?? [];
  return [
    ...files
      .slice(0, MOST_FILES)
      .map(
        ({ path, added, deleted, status }) =>
          html`${code(path, 160)} +${added} −${deleted}${status === "modified" ? "" : ` ${status}`}`,
      ),
    ...(files.length > MOST_FILES ? [faint(`and ${files.length - MOST_FILES} more files`)] : []),
  ];
}
