import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";
import type { Contract } from "./contract.ts";
import { foreignMarkup } from "./foreign-markup.ts";
import { clip, MAX_BODY } from "./markdown.ts";
import { evidenceLines, type Filling, relation, sectionText, type Words } from "./pull-sections.ts";
import { fillTemplate } from "./pull-template.ts";
import type { Run } from "./run.ts";

/** The commit's own subject: it already follows the target's convention. */
export function pullTitle(change: Change): string {
  return (change.message.split("\n")[0] ?? "").slice(0, 250);
}

export type PullMaterial = {
  run: Run;
  change: Change;
  report: AttemptReport;
  contract: Contract | null;
  /** The target's own template; null where there is none, or it is not wanted. */
  template: string | null;
  /** The operator's block about the undertaking; null where there is none, or it is not wanted. */
  about: string | null;
  /** Words of the operator's own, in place of the worker's. */
  prose: string | null;
  /** Words that somebody else has written for sections. They are cleaned, and tick nothing. */
  words?: Words;
};

export type PullText = {
  body: string;
  /** What the template asks and only a person can answer. */
  questions: string[];
};

const LONGEST_TEMPLATE = 40_000;
const LONGEST_ABOUT = 8_000;

/** The target's own template, filled as far as the evidence goes, then our summary, then the About block. */
export function pullText(material: PullMaterial): PullText {
  const { run, change, report, template } = material;
  const filling = fillingOf(material);
  const filled = template === null ? null : fillTemplate(clip(template, LONGEST_TEMPLATE), filling, change);
  const opening = filled === null || !filled.placed.has("what") ? sectionText("what", filling) : "";
  const related = namesIssue(`${opening}\n${filled?.text ?? ""}`, run) ? "" : relation(run);
  const about = aboutBlock(material.about, filled?.text ?? "");
  const rest = [summaryOf(run, change, report), about].filter((part) => part !== "").join("\n\n---\n\n");
  const own = [opening, related, filled?.text ?? ""].filter((part) => part !== "").join("\n\n");
  const separator = filled === null ? "\n\n" : "\n\n---\n\n";
  const room = MAX_BODY - rest.length - separator.length - 1;
  return { body: `${clip(own, room)}${separator}${rest}\n`, questions: filled?.questions ?? [] };
}

function namesIssue(text: string, { request: { issue } }: Run): boolean {
  return issue === null || new RegExp(`#${issue}(?!\\d)`).test(text);
}

/** Others' words are shown, not obeyed, and never tick a box; the operator's own stand as they are. */
function fillingOf({ run, report, contract, prose, words = {} }: PullMaterial): Filling {
  const given = Object.entries(words).map(([section, text]) => [section, cleaned(text)] as const);
  const written: Words = Object.fromEntries(given.filter(([, text]) => text !== ""));
  const title = cleaned(run.request.title);
  const notes = cleaned(report.summary?.notes ?? "");
  return {
    run: { ...run, request: { ...run.request, title } },
    report: report.summary === null ? report : { ...report, summary: { ...report.summary, notes } },
    contract: contract && { ...contract, risks: contract.risks.map(cleaned) },
    words: prose === null ? written : { ...written, what: prose },
  };
}

/** After a word such as "fixes" it would close that issue, and anywhere it leaves a trace there. */
const ISSUE_ADDRESS = /\bhttps?:\/\/(?:www\.)?(?=\S+\/(?:issues|pull)\/\d)/gi;
const PROSE_BOX = /^(\s*(?:[-*+]|\d+[.)])\s+)\[[ xX]?\]\s+/gm;

function cleaned(text: string): string {
  const shown = foreignMarkup(clip(text, 8_000)).replace(ISSUE_ADDRESS, "");
  return clip(shown.replace(PROSE_BOX, "$1").trim(), 16_000);
}

/** Not a second time where the text has such a heading already. */
function aboutBlock(about: string | null, text: string): string {
  const block = about?.trim().slice(0, LONGEST_ABOUT) ?? "";
  const heading = /^#{1,6}\s+(.+)$/m.exec(block)?.[1]?.trim().toLowerCase();
  const there = [...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, title = ""]) => title.trim().toLowerCase());
  return heading !== undefined && there.includes(heading) ? "" : block;
}

function summaryOf(run: Run, change: Change, report: AttemptReport): string {
  const { files, addedLines, deletedLines } = change.diff;
  return [
    `**agentpr** · run \`${run.id}\` · attempt ${report.attempt} · ${report.grade.grade} (\`${report.grade.reason}\`)`,
    "",
    ...(run.request.issue === null ? [] : [`- asked for in #${run.request.issue}`]),
    `- ${files.length} ${files.length === 1 ? "file" : "files"}, +${addedLines} −${deletedLines}`,
    ...evidenceLines(report),
  ].join("\n");
}
