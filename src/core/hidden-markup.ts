const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const LEFT_OUT = "[a hidden part without an end was left out]";

type State = { in: "text" } | { in: "fence"; mark: string } | { in: "comment" };
type Line = { text: string; after: State };

/** Markdown without what its page does not show: comments, texts of images and links' titles, hidden attributes. Code stays. */
export function withoutHiddenMarkup(text: string): string {
  const lines = text.split("\n");
  const lastEnd = lines.findLastIndex((line) => line.includes("-->"));
  const shown: string[] = [];
  let state: State = { in: "text" };
  for (const [at, line] of lines.entries()) {
    const wasComment = state.in === "comment";
    const seen = readLine(line, state, at < lastEnd);
    state = seen.after;
    if (!(wasComment && seen.text === "")) shown.push(seen.text);
  }
  return (state.in === "comment" ? [...shown, LEFT_OUT] : shown).join("\n");
}

function readLine(line: string, state: State, endsLater: boolean): Line {
  if (state.in === "fence") return { text: line, after: closes(line, state.mark) ? { in: "text" } : state };
  if (state.in === "comment") {
    const end = line.indexOf("-->");
    return end < 0 ? { text: "", after: state } : readText(line.slice(end + 3), endsLater);
  }
  const mark = FENCE.exec(line)?.[1];
  return mark === undefined ? readText(line, endsLater) : { text: line, after: { in: "fence", mark } };
}

function closes(line: string, mark: string): boolean {
  const run = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1] ?? "";
  return run[0] === mark[0] && run.length >= mark.length;
}

/** One line of text: code spans stay, comments go; one that does not end here hides what follows, if it ever ends. */
function readText(line: string, endsLater: boolean): Line {
  let text = "";
  let rest = line;
  for (;;) {
    const next = /(?<!`)(`+)(?!`)|<!--/.exec(rest);
    if (next === null) return { text: text + visible(rest), after: { in: "text" } };
    text += visible(rest.slice(0, next.index));
    rest = rest.slice(next.index);
    const skipped = next[1] === undefined ? commentLength(rest) : codeLength(rest, next[1]);
    if (skipped === null) {
      const end = openEnd(rest, { atStart: line.trimStart() === rest, endsLater });
      return { ...end, text: text + end.text };
    }
    if (next[1] !== undefined) text += rest.slice(0, skipped);
    rest = rest.slice(skipped);
  }
}

/** A comment that begins a line hides all that follows; one within a line hides nothing unless it ends. */
function openEnd(rest: string, { atStart, endsLater }: { atStart: boolean; endsLater: boolean }): Line {
  if (endsLater || atStart) return { text: "", after: { in: "comment" } };
  return { text: rest.replaceAll("<!--", "&lt;!--"), after: { in: "text" } };
}

function commentLength(rest: string): number | null {
  const short = /^<!--(?:-?>)/.exec(rest)?.[0].length;
  const end = rest.indexOf("-->", 4);
  return short ?? (end < 0 ? null : end + 3);
}

/** A run of backticks without its like is only backticks. */
function codeLength(rest: string, ticks: string): number {
  for (const run of rest.slice(ticks.length).matchAll(/`+/g))
    if (run[0] === ticks) return ticks.length + run.index + ticks.length;
  return ticks.length;
}

const COMMENT_DEFINITION = /^ {0,3}\[[^\]\n]{0,200}\]:\s*(?:<>|#)(?:\s.*)?$/;
const HIDDEN_ATTRIBUTE =
  /\s(?:alt|title|placeholder|style|aria-[\w-]+|data-[\w-]+)\s*=\s*(?:"[^"\n]*"|'[^'\n]*'|[^\s"'>]+)/gi;

function visible(text: string): string {
  if (COMMENT_DEFINITION.test(text)) return "";
  return text
    .replace(/!\[[^\][\n]{0,2000}\](?=[([])/g, "![]")
    .replace(/(\]\([^()\s]{1,2000})\s+(?:"[^"\n]*"|'[^'\n]*')\)/g, "$1)")
    .replace(/<[a-z][^<>\n]{0,4000}>/gi, (tag) => tag.replace(HIDDEN_ATTRIBUTE, ""));
}
