import { withoutHiddenMarkup } from "./hidden-markup.ts";
import { neutralise, plainText } from "./markdown.ts";

/** Tags that only lay text out; everything else that looks like one is shown as it is written. */
const LAYOUT: ReadonlySet<string> = new Set(
  "details summary br hr sub sup kbd b i em strong code pre p ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr th td".split(
    " ",
  ),
);
const VOID: ReadonlySet<string> = new Set(["br", "hr"]);
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const TAG = /<(\/?)([a-zA-Z][\w-]*)([^<>]*)>|<(?=[a-zA-Z/!?])/g;

/**
 * Markdown of others as part of a text of ours: no hidden words, no mentions, no images, no HTML but layout without
 * attributes, and nothing left open that would swallow what follows.
 */
export function foreignMarkup(text: string): string {
  const seen = withoutHiddenMarkup(plainText(text)).replaceAll("<!--", "&lt;!--");
  const open: string[] = [];
  let fence: string | null = null;
  const lines = seen.split("\n").map((line) => {
    const mark = FENCE.exec(line);
    if (fence !== null) {
      if (mark?.[1]?.startsWith(fence) && mark[2]?.trim() === "") fence = null;
      return line;
    }
    if (mark?.[1]) {
      fence = mark[1];
      return line;
    }
    return shownLine(line, open);
  });
  const ends = [...(fence === null ? [] : [fence]), ...open.toReversed().map((name) => `</${name}>`)];
  return neutralise([...lines, ...ends].join("\n"));
}

/** What is no tag of HTML's is a type's parameter or a placeholder; GitHub shows it only in code. */
const TYPE_IN_CODE =
  /(?<=`[^`]*)<(?!(?:a|img|div|span|picture|source|video|audio|script|style|iframe|input)>)[a-zA-Z][\w-]*>(?=[^`]*`)/g;
const KEPT = "\ue000";
/** Looking back for the code mark takes its time on endless lines, which nobody writes. */
const LONGEST_LINE = 2_000;

/** `open` is what stands open after the line. */
function shownLine(line: string, open: string[]): string {
  const quiet = line.replace(/!(?=\[)/g, "").replaceAll(KEPT, "");
  if (quiet.length > LONGEST_LINE) return withoutTags(quiet, open);
  const held = quiet.replace(TYPE_IN_CODE, (whole) =>
    LAYOUT.has(whole.slice(1, -1).toLowerCase()) ? whole : `${KEPT}${whole.slice(1)}`,
  );
  return withoutTags(held, open).replaceAll(KEPT, "<");
}

function withoutTags(line: string, open: string[]): string {
  return line.replace(TAG, (whole: string, slash = "", written = "") => {
    const name = String(written).toLowerCase();
    if (!LAYOUT.has(name)) return `&lt;${whole.slice(1)}`;
    if (VOID.has(name)) return `<${name}>`;
    if (slash === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return `&lt;${whole.slice(1)}`;
    return `<${slash}${name}>`;
  });
}
