/** Words in a commit message that make CI systems skip, and GitHub close things. */
const SKIPS_CI =
  /\[\s*(?:skip[\s_-]*(?:ci|actions|travis|circle|netlify|vercel|cd|azurepipelines|appveyor)|(?:ci|actions|travis|cd|no|circle|appveyor|azurepipelines)[\s_-]*skip|no[\s_-]*ci)[^\]]*\]|\*\*\*\s*NO_CI\s*\*\*\*/gi;
/** Such trailers act too: these by skipping checks, the others by claiming that a person did something. */
const FORGED_TRAILERS =
  /^[ \t]*(?:skip-checks|signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|approved-by)\s*:.*$/gim;
const CLOSES =
  /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(\s*:?\s+)((?:[\w.-]+\/[\w.-]+)?#(\d+)|gh-(\d+)|https?:\/\/\S+\/(?:issues|pull)\/(\d+))/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are taken out
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const MENTION = /(^|[^\w`/])@(?=[A-Za-z0-9])/g;

/** One line of plain text: no line ends, no control or invisible characters, no runs of spaces. */
export function plainLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(CONTROL, "").trim().slice(0, 500);
}

/** The text without what nobody asked for: skipped CI, closed issues, forged trailers, mentions that notify. */
export function unasked(text: string, closes: readonly number[]): string {
  return settle(text.replace(/\r\n?/g, "\n").replace(CONTROL, ""))
    .replace(FORGED_TRAILERS, "")
    .replace(CLOSES, (all, _verb: string, _gap: string, target: string, ...numbers: string[]) =>
      closes.includes(Number(numbers.slice(0, 3).find(Boolean))) && target.startsWith("#")
        ? all
        : `see ${target}`,
    )
    .replace(MENTION, "$1")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Taking one marker out may join the halves of another, so it is done until nothing changes. */
function settle(text: string): string {
  for (let before = text, left = 20; left > 0; left--) {
    const after = before.replace(SKIPS_CI, "").replace(/ {2,}/g, " ");
    if (after === before) return after;
    before = after;
  }
  return text.replace(/[[\]*]/g, "");
}
