import { foreignMarkup } from "./foreign-markup.ts";
import type { Answer, Question } from "./manager-question.ts";
import { clip, clipMarkdown } from "./markdown.ts";
import { isForPerson } from "./pull-boxes.ts";
import { type Section, sectionsOf, type Words } from "./pull-sections.ts";
import type { PullMaterial } from "./pull-text.ts";
import { withoutSecrets } from "./secret-redaction.ts";
import { templateLines } from "./template-lines.ts";

/** What a model may write. What was tested is evidence, and nobody's prose. */
const WRITABLE = ["what", "why", "risks"] as const satisfies readonly Section[];
type Writable = (typeof WRITABLE)[number];

export type ProsePlace = { section: Writable; heading: string };
export type Template = Pick<PullMaterial, "template" | "prose">;

const LONGEST_TEMPLATE = 6_000;
const LONGEST_PROSE = 4_000;
const MOST_FILES = 100;

/** The sections of the template that wait for words: each under the first heading that asks for it, none that a person speaks in. */
export function prosePlaces({ template, prose }: Template): ProsePlace[] {
  const headings = templateLines(foreignMarkup(clip(template ?? "", LONGEST_TEMPLATE))).flatMap((line) =>
    line.kind === "heading" ? [line.title] : [],
  );
  return WRITABLE.flatMap((section) => {
    const heading = headings.find((title) => sectionsOf(title).includes(section));
    if (heading === undefined || isForPerson(heading) || isTaken(section, heading, prose)) return [];
    return [{ section, heading }];
  });
}

/** The operator's own words stand, and a heading for the issue's number wants no prose. */
function isTaken(section: Writable, heading: string, prose: string | null): boolean {
  if (section === "what") return prose !== null;
  return section === "why" && !/\b(why|motivation|context|background)\b/i.test(heading);
}

export function proseQuestion(
  material: PullMaterial,
  places: readonly ProsePlace[],
): Question<"fill_template"> {
  const { run, change, report, contract, template } = material;
  const { files, addedLines, deletedLines } = change.diff;
  return {
    name: "fill_template",
    facts: {
      ...{ files: files.length, added_lines: addedLines, deleted_lines: deletedLines },
      verified: (report.evidence.verification?.commands ?? [])
        .slice(0, 20)
        .map(({ kind, verdict, head }) => ({ kind, verdict, tests: head.ran })),
    },
    words: {
      headings: places.map(({ section, heading }) => `${section}: ${heading}`).join("\n"),
      template: template ?? "",
      request: `${run.request.title}\n\n${run.request.body}`,
      commit: change.message,
      files: files
        .slice(0, MOST_FILES)
        .map(({ status, path }) => `${status} ${path}`)
        .join("\n"),
      what_the_worker_says: report.summary?.notes ?? "",
      risks: (contract?.risks ?? []).join("\n"),
    },
    choices: places.map(({ section }) => section),
  };
}

/**
 * What of a model's words may stand in the body: prose alone. A section that speaks for a person is left to the rules;
 * headings, boxes and addresses lose their effect.
 */
export function heedProse(places: readonly ProsePlace[], { sections }: Answer<"fill_template">): Words {
  const heeded: Words = {};
  for (const { section } of places) {
    const said = sections.find((written) => written.section === section)?.text ?? "";
    const text = bare(foreignMarkup(withoutSecrets(said)));
    if (text !== "" && !text.split("\n").some(isForPerson)) heeded[section] = text;
  }
  return heeded;
}

const EFFECTS: readonly RegExp[] = [
  // A block of code that is left open would swallow what follows.
  /`{3,}|~{3,}/g,
  /<\/?h[1-6]>/gi,
  /\[[\sxX]?\](?!\()/g,
  /\b(?:https?|ftp):\/\/(?:www\.)?|\bwww\.(?=\w)/gi,
  // A heading, in a list or a quote as well.
  /(?<=^(?:[ \t]*(?:[-*+>]|\d+[.)]))*[ \t]*)#{1,6}(?=\s|$)/gm,
];
const MOST_ROUNDS = 10;

/** Taking one thing away may leave another behind it, so it is done until there is none; what has no end has no words. */
function bare(text: string): string {
  let before = clipMarkdown(text, LONGEST_PROSE).trim();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const after = withoutHeadings(EFFECTS.reduce((left, effect) => left.replace(effect, ""), before)).trim();
    if (after === before) return after;
    before = after;
  }
  return "";
}

function withoutHeadings(text: string): string {
  return templateLines(text)
    .map((line) => (line.kind === "heading" ? line.title : line.text))
    .join("\n");
}
