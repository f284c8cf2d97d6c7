import type { VerifiedCommand } from "../core/evidence.ts";
import type { Attempt } from "../database/attempts.ts";
import { type Html, html } from "./html.ts";
import { moment, span } from "./layout.ts";

const MOST_ATTEMPTS = 20;
const MOST_COMMANDS = 50;
const MOST_FINDINGS = 50;

export function attemptsPart(attempts: readonly Attempt[]): Html {
  if (attempts.length === 0) return html`<h2>Attempts</h2><p>None yet.</p>`;
  const rows = attempts.slice(-MOST_ATTEMPTS).map(attemptRow);
  const before = attempts.length - rows.length;
  return html`<h2>Attempts</h2><div class="scroll" role="region" aria-label="Attempts" tabindex="0"><table>
    <caption>What Codex was let try, and how the runner graded it${before > 0 ? `; ${before} before these` : null}</caption>
    <thead><tr><th scope="col">Attempt</th><th scope="col">Grade</th><th scope="col">Because</th><th scope="col">Change</th>
    <th scope="col">Began</th><th scope="col" class="number">Took</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function attemptRow({ number, status, report, startedAt, finishedAt }: Attempt): Html {
  const diff = report?.evidence.diff;
  const size = diff ? `${diff.files.length} files, +${diff.addedLines} −${diff.deletedLines}` : "–";
  const grade = report === null ? status : `${report.grade.grade} (${report.grade.reason})`;
  return html`<tr><th scope="row">${number}</th><td>${grade}</td><td>${report?.grade.because.slice(0, 400) ?? ""}</td>
    <td>${size}</td><td>${moment(startedAt)}</td>
    <td class="number">${finishedAt === null ? "–" : span(finishedAt - startedAt)}</td></tr>`;
}

/** What the runner itself saw in the last attempt that ended; nothing that the agent claims. */
export function evidencePart(attempts: readonly Attempt[]): Html | null {
  const evidence = attempts.findLast(({ report }) => report !== null)?.report?.evidence;
  if (evidence === undefined) return null;
  const commands = (evidence.verification?.commands ?? []).slice(0, MOST_COMMANDS).map(commandRow);
  const findings = [
    ...evidence.violations.map(({ rule, path, detail }) => ({ what: rule, path, detail })),
    ...evidence.weakenings.map(({ kind, path, detail }) => ({ what: kind, path, detail })),
  ].slice(0, MOST_FINDINGS);
  const table = html`<div class="scroll" role="region" aria-label="Evidence" tabindex="0"><table>
    <caption>Run again by the runner, on the change itself</caption><thead><tr><th scope="col">Command</th>
    <th scope="col">Verdict</th><th scope="col" class="number">Exit</th><th scope="col" class="number">Tests</th>
    <th scope="col" class="number">Failing</th><th scope="col" class="number">Took</th></tr></thead>
    <tbody>${commands}</tbody></table></div>`;
  return html`<h2>Evidence</h2>${commands.length === 0 ? html`<p>No command was run again on the change.</p>` : table}
    ${findings.length === 0 ? null : html`<h3>Found</h3><ul>${findings.map(findingLine)}</ul>`}`;
}

function commandRow({ command, verdict, head, doubt }: VerifiedCommand): Html {
  const why = doubt === undefined ? null : html`<br><span class="quiet">${doubt.slice(0, 300)}</span>`;
  return html`<tr><th scope="row"><code>${command.slice(0, 400)}</code></th><td>${verdict.replaceAll("_", " ")}${why}</td>
    <td class="number">${head.exitCode ?? "–"}</td><td class="number">${head.ran ?? "–"}</td>
    <td class="number">${head.failing?.length ?? "–"}</td><td class="number">${span(head.durationMs)}</td></tr>`;
}

function findingLine({ what, path, detail }: { what: string; path: string | null; detail: string }): Html {
  return html`<li><code>${what}</code>${path === null ? null : html` in <code>${path}</code>`}: ${detail.slice(0, 300)}</li>`;
}
