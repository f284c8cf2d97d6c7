/** Cuts to `max` characters, saying how much is missing; never in the middle of a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const note = `… (${text.length - max} more characters)`;
  return `${cut(text, Math.max(0, max - note.length))}${note}`.slice(0, Math.max(max, 0));
}

/** Room for the end of a code block and for the note. */
const ROOM = 200;

/**
 * Cuts Markdown between lines: no span is left open, in which a mention would come to life, and no code block, which
 * would swallow what follows.
 */
export function clipMarkdown(text: string, max: number): string {
  if (text.length <= max) return text;
  const fitting = text.slice(0, Math.max(0, max - ROOM));
  const lines = fitting.split("\n").slice(0, -1);
  const open = openFence(lines);
  const kept =
    open === null ? lines : open.mark.length > ROOM / 2 ? lines.slice(0, open.at) : [...lines, open.mark];
  const shown = kept.join("\n");
  return `${shown}\n\n… (${text.length - shown.length} more characters)`;
}

/** Foreign prose whose code blocks all end with it. */
export function closed(text: string): string {
  const open = openFence(text.split("\n"));
  return open === null ? text : `${text}\n${open.mark}`;
}

type OpenFence = { at: number; mark: string };

/** The code block that the lines do not close, with what closes it. */
function openFence(lines: readonly string[]): OpenFence | null {
  let open: OpenFence | null = null;
  for (const [at, line] of lines.entries()) {
    const [, mark = "", run = "", rest = ""] = /^( {0,3}(`{3,}(?=[^`]*$)|~{3,}))(.*)$/.exec(line) ?? [];
    if (run === "") continue;
    if (open === null) open = { at, mark };
    else if (rest.trim() === "" && closes(open.mark.trim(), run)) open = null;
  }
  return open;
}

function closes(open: string, run: string): boolean {
  return run[0] === open[0] && run.length >= open.length;
}

/** The end of a text, for logs: what went wrong stands last. */
export function clipStart(text: string, max: number): string {
  if (text.length <= max) return text;
  const note = `(${text.length - max} earlier characters left out)\n`;
  return `${note}${text.slice(text.length - Math.max(0, max - note.length)).replace(/^[\udc00-\udfff]/, "")}`;
}

function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
