import { seenText } from "./untrusted-text.ts";

/** One sentence of a document, on one line, with the heading that it stands under. */
export type Clause = { path: string; heading: string; text: string };

const LONGEST_TEXT = 100_000;
const MOST_CLAUSES = 3_000;
const LONGEST_CLAUSE = 600;

/** The sentences of a document, headings and the comments of templates among them; code blocks are none. */
export function clausesOf(path: string, text: string): Clause[] {
  const clauses: Clause[] = [];
  let heading = "";
  for (const block of blocksOf(seenText(text.slice(0, LONGEST_TEXT)))) {
    const title = /^#{1,6}\s+(.*?)\s*#*$/.exec(block)?.[1] ?? /^(.+)\n[=~-]{3,}$/.exec(block)?.[1];
    if (title !== undefined) heading = oneLine(title);
    const sentences = title === undefined ? sentencesOf(block) : [oneLine(title)];
    clauses.push(...sentences.map((sentence) => ({ path, heading, text: sentence })));
  }
  return clauses.filter((clause) => clause.text !== "").slice(0, MOST_CLAUSES);
}

/** Paragraphs, list items and headings. */
function blocksOf(text: string): string[] {
  const shown = text.replace(/<!--|-->/g, "\n\n");
  const prose = shown.replace(/^ {0,3}(```|~~~)[^\n]*\n[\s\S]*?(?:^ {0,3}\1[^\n]*$|$(?![\s\S]))/gm, "\n");
  return prose.split(/\n(?=\s*(?:[-*+]|\d{1,3}[.)])\s)|\n\s*\n|\n(?=#{1,6}\s)|(?<=^#{1,6}\s[^\n]*)\n/m);
}

function sentencesOf(block: string): string[] {
  return oneLine(block)
    .split(/(?<=[.!?:;])\s+(?=[A-Z"'(*_[`])/)
    .map((sentence) => sentence.slice(0, LONGEST_CLAUSE));
}

/** Without the marks of Markdown that stand between words. */
function oneLine(text: string): string {
  return seenText(text)
    .replace(/^\s*(?:[-*+]|\d{1,3}[.)]|>)\s+(?:\[[ xX]\]\s+)?/, "")
    .replace(/\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
