import { type Box, readBox } from "./pull-boxes.ts";

/** A line of a pull request template, by what may be done with it. */
export type TemplateLine =
  | { kind: "code" | "text"; text: string }
  | { kind: "heading"; text: string; title: string }
  | { kind: "box"; text: string; box: Box };

const UNDERLINE = /^ {0,3}(=+|-{2,})\s*$/;

/** Underlined headings become those with a mark, so that there is one kind of them. */
export function templateLines(text: string): TemplateLine[] {
  const found: TemplateLine[] = [];
  let fence: string | null = null;
  for (const line of text.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence !== null || mark !== null) {
      found.push({ kind: "code", text: line });
      fence = fence === null ? mark : mark?.startsWith(fence) ? null : fence;
      continue;
    }
    const over = UNDERLINE.test(line) ? found.at(-1) : undefined;
    if (over?.kind === "text" && /^[^\s|>*+-]/.test(over.text)) {
      const title = over.text.trim();
      found.splice(-1, 1, { kind: "heading", title, text: `${line.includes("=") ? "#" : "##"} ${title}` });
    } else found.push(readLine(line));
  }
  return found;
}

function readLine(text: string): TemplateLine {
  const title = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(text)?.[1] ?? /^\*\*([^*]+)\*\*:?\s*$/.exec(text)?.[1];
  if (title !== undefined) return { kind: "heading", text, title };
  const box = readBox(text);
  return box === null ? { kind: "text", text } : { kind: "box", text, box };
}
