import { clip, clipMarkdown, closed } from "./clip.ts";
import { withoutSecrets } from "./secret-redaction.ts";

export { clip, clipMarkdown, clipStart } from "./clip.ts";

/** GitHub refuses bodies of comments, pull requests and check outputs that are longer. */
export const MAX_BODY = 65_535;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** Zero-width, bidirectional, tag and filler characters: not to be seen, but they change what is. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Foreign text as a person would see it: no terminal sequences, no control or invisible characters, and no credentials. */
export function plainText(text: string): string {
  const seen = text.replace(TERMINAL, "").replace(/\r\n?/g, "\n").replace(CONTROL, "").replace(INVISIBLE, "");
  return withoutSecrets(seen);
}

/** Foreign text as a code block that it cannot leave: the fence is longer than any inside. */
export function fence(text: string, language = ""): string {
  const inside = plainText(text).replace(/\n+$/, "");
  const longest = Math.max(2, ...[...inside.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  return `${mark}${language.replace(/[^\w-]/g, "")}\n${inside}\n${mark}`;
}

/** Foreign text as one line of inline code; nothing in it is a mention, a link or markup. */
export function code(text: string, max = 200): string {
  const inside = clip(oneLine(text), max);
  if (inside === "") return "` `";
  const longest = Math.max(0, ...[...inside.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(inside) ? " " : "";
  return `${mark}${pad}${inside}${pad}${mark}`;
}

/** Foreign words in a sentence of ours: shown as written, without any effect. */
export function words(text: string, max = 300): string {
  const escaped = clip(oneLine(text), max).replace(/[\\`*_{}[\]<>()|~!&$]/g, "\\$&");
  return withoutLinks(neutralise(escaped.replace(/^(\s*)([-+=#:]|\d+[.)])/, "$1\\$2")));
}

/** Inline code inside a table cell, where a bare pipe would end the cell. */
export function cell(text: string, max = 120): string {
  return code(text, max).replaceAll("|", "\\|");
}

/** Mentions and issue references notify people and leave traces; a word joiner in them stops that, also as entities. */
export function neutralise(text: string): string {
  return text
    .replace(/&(?=#x|commat;|num;|fjlig;)/gi, "&\u2060")
    .replace(/@(?=[\w-])/g, "@\u2060")
    .replace(/#(?=\d)/g, "#\u2060")
    .replace(/\bGH-(?=\d)/gi, "GH\u2060-");
}

/** Bare addresses become links, and links to an issue leave a trace there. */
function withoutLinks(text: string): string {
  return text.replace(
    /\b(https?|ftp|mailto|www)(?=:|\.)/gi,
    (start) => `${start.slice(0, 1)}\u2060${start.slice(1)}`,
  );
}

/** Removes what GitHub would not show, however it is nested; a start without an end takes the rest with it. */
export function withoutComments(text: string): string {
  let before = text;
  for (let round = 0; round < 20; round++) {
    const after = before.replace(/<!--[\s\S]*?(?:-->|$)/g, "");
    if (after === before) return after;
    before = after;
  }
  return before.replaceAll("<!--", "");
}

/** Prose that stays Markdown but may hold foreign words: no comments, mentions, images or raw HTML. */
export function prose(text: string, max: number): string {
  const visible = withoutComments(plainText(text))
    .replace(/!(?=\[)/g, "!\u2060")
    .replace(/<(?=[A-Za-z/!?])/g, "<\u2060");
  return neutralise(closed(clip(visible, max)));
}

export function quote(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n");
}

/** An address that may stand in a Markdown link; null for anything that is not plain http(s). */
export function link(label: string, url: string | null): string {
  if (url === null || !/^https?:\/\/[^\s<>()"'`\\]+$/.test(url)) return words(label);
  return `[${words(label)}](${url})`;
}

/** The hidden name by which we find our own comment again. */
export function marker(kind: string, id: string): string {
  const safe = (part: string) => part.replace(/[^A-Za-z0-9_.:/-]/g, "_").replace(/-{2,}/g, "-");
  return `<!-- agentpr:${safe(kind)}:${safe(id).replace(/-+$/, "")} -->`;
}

/** A body that fits, with the marker whole and last. */
export function withMarker(body: string, mark: string): string {
  return `${clipMarkdown(body.trimEnd(), MAX_BODY - mark.length - 2)}\n\n${mark}`;
}

function oneLine(text: string): string {
  return plainText(text).replace(/\s+/g, " ").trim();
}
