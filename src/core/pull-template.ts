import type { Change } from "./change.ts";
import { foreignMarkup } from "./foreign-markup.ts";
import { isForPerson, writeBox } from "./pull-boxes.ts";
import { type Filling, relation, type Section, sectionsOf, sectionText } from "./pull-sections.ts";
import { type TemplateLine, templateLines } from "./template-lines.ts";

export type Filled = {
  text: string;
  /** Boxes and statements that only a person can answer, as they stand in the text. */
  questions: string[];
  /** Sections that had a place of their own. */
  placed: ReadonlySet<Section>;
};

type Writing = Filled & {
  placed: Set<Section>;
  filling: Filling;
  change: Change;
  /** Under a heading whose section is written; instructions for writing it have done their work there. */
  isWritten: boolean;
  /** The template has a place of its own for the issue's number, or a heading for it. */
  hasPlace: boolean;
  asksWhy: boolean;
};

const MOST_QUESTIONS = 30;

/** The target's own template: headings stay, comments go, known sections are written, boxes are ticked by evidence alone. */
export function fillTemplate(template: string, filling: Filling, change: Change): Filled {
  const lines = templateLines(foreignMarkup(template));
  const hasPlace = filling.run.request.issue !== null && lines.some(({ text }) => PLACE.test(text));
  const asksWhy = lines.some((line) => line.kind === "heading" && sectionsOf(line.title).includes("why"));
  const nothing = { text: "", questions: [], placed: new Set<Section>() };
  const writing: Writing = { ...nothing, filling, change, isWritten: false, hasPlace, asksWhy };
  const written = lines.flatMap((line) => write(writing, line));
  const text = written
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return { text, questions: writing.questions.slice(0, MOST_QUESTIONS), placed: writing.placed };
}

function write(writing: Writing, line: TemplateLine): string[] {
  switch (line.kind) {
    case "code":
      return [line.text];
    case "heading":
      return [line.text, ...underHeading(writing, line.title)];
    case "box":
      if (isForPerson(line.box.label)) writing.questions.push(line.box.label);
      return [writeBox(line.box, { report: writing.filling.report, change: writing.change })];
    case "text":
      return proseLine(writing, line.text);
    default:
      return line satisfies never;
  }
}

/** Each section is written once, under the first heading that asks for it. */
function underHeading(writing: Writing, title: string): string[] {
  const sections = sectionsOf(title).filter((section) => !writing.placed.has(section));
  const texts = sections.map((section) => textOf(writing, section)).filter((text) => text !== "");
  for (const section of sections) writing.placed.add(section);
  writing.isWritten = texts.length > 0;
  return texts.length > 0 ? ["", ...texts.flatMap((text, at) => (at === 0 ? [text] : ["", text])), ""] : [];
}

/** The issue is named once: in its own place, under its own heading, or else below what was done. */
function textOf({ filling, hasPlace, asksWhy }: Writing, section: Section): string {
  if (section === "why" && hasPlace && filling.words.why === undefined) return "";
  const text = sectionText(section, filling);
  const related = section === "what" && !hasPlace && !asksWhy ? relation(filling.run) : "";
  return related === "" ? text : `${text}\n\n${related}`;
}

const INSTRUCTION =
  /^\s*(?:[_*>(]\s*)*(?:please|describe|explain|provide|include|briefly|give|list any|write|summari[sz]e|tell us|add (?:an?y?|your)|a clear|a (?:short|brief)|(?:what|why|how) .*\?|replace|enter|insert)/i;
/** "Fixes #(issue)", "Closes #", "Related to #___": a place for a number. */
const PLACE =
  /^(\s*(?:[-*+]\s+)?\**(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|related(?: issues?)?(?: to)?|relates to|refs?|references|issues?|tickets?)\b[^#\n]{0,20}?)#\s*(?:[([<{]?\s*(?:issue|number|no\.?|nr|id|issue[-_ ]number)?\s*[)\]>}]?|_+|x+|\.{3}|…)\s*[.)]?\s*$/i;

function proseLine({ filling, isWritten, questions }: Writing, text: string): string[] {
  const place = PLACE.exec(text);
  const { issue } = filling.run.request;
  if (place !== null) return issue === null ? [] : [`${place[1]}#${issue}`];
  if (isWritten && INSTRUCTION.test(text)) return [];
  if (isForPerson(text)) questions.push(text.trim());
  return [text];
}
