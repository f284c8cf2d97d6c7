import { type Cast, type Line, linesOf } from "./cast.ts";

const [LINE, LETTER, MARGIN, SIZE] = [18, 8.1, 14, 13.5];
/** Nobody likes to watch a terminal in which nothing happens. */
const LONGEST_PAUSE = 1.2;
const REST = 6;

/** The recording as a picture that moves without any script: lines come when they came, and the oldest scroll away. */
export function svgOf(cast: Cast): string {
  const { width, height } = cast.header;
  const lines = brisk(linesOf(cast));
  const total = (lines.at(-1)?.at ?? 0) + REST;
  const [wide, high] = [Math.ceil(width * LETTER + 2 * MARGIN), height * LINE + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img" aria-label="The demo: from an issue to a merged pull request">`,
    `<style>${styles(lines, { total, height })}</style>`,
    `<rect width="${wide}" height="${high}" rx="8" fill="#0d1117"/>`,
    `<svg x="${MARGIN}" y="${MARGIN}" width="${wide - 2 * MARGIN}" height="${height * LINE}" aria-hidden="true">`,
    `<g class="all" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="${SIZE}" fill="#e6edf3">`,
    ...lines.map(
      ({ text }, at) => `<text class="l l${at}" y="${at * LINE + 14}">${spansOf(text, width)}</text>`,
    ),
    "</g></svg></svg>",
    "",
  ].join("\n");
}

/** Long waits are cut short. */
function brisk(lines: readonly Line[]): Line[] {
  let [before, now] = [0, 0];
  return lines.map(({ at, text }) => {
    now += Math.min(LONGEST_PAUSE, at - before);
    before = at;
    return { at: now, text };
  });
}

/** Whoever wants nothing to move sees the end. */
function styles(lines: readonly Line[], { total, height }: { total: number; height: number }): string {
  const percent = (at: number) => `${((at / total) * 100).toFixed(2)}%`;
  const scrolled = (count: number) => `transform:translateY(${-Math.max(0, count - height) * LINE}px)`;
  // Of lines that come at one moment the last one says how far.
  const steps = new Map(lines.map(({ at }, index) => [percent(at), scrolled(index + 1)]));
  return [
    `.all{${scrolled(lines.length)};animation:s ${total.toFixed(1)}s step-end infinite}`,
    `.l{white-space:pre;animation-duration:${total.toFixed(1)}s;animation-timing-function:step-end;animation-iteration-count:infinite}`,
    ".d{fill:#8b949e}.b{font-weight:bold;fill:#79c0ff}.r{font-weight:bold;fill:#ff7b72}",
    `@keyframes s{0%{${scrolled(0)}}${[...steps].map(([at, how]) => `${at}{${how}}`).join("")}}`,
    ...lines.map(
      ({ at }, index) =>
        `.l${index}{animation-name:k${index}}@keyframes k${index}{0%{opacity:0}${percent(at)}{opacity:1}}`,
    ),
    "@media(prefers-reduced-motion:reduce){.all,.l{animation:none}}",
  ].join("\n");
}

const CLASSES: Readonly<Record<string, string>> = { "1": "b", "2": "d", "31": "r" };
/** What a terminal is told about colour and weight. */
const STYLE = new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`);

/** Split by that pattern, text and what it is told come in turn. */
function spansOf(text: string, width: number): string {
  let [style, left] = ["", width];
  return text
    .split(STYLE)
    .map((part, index) => {
      if (index % 2 === 1) {
        style = CLASSES[part] ?? (["0", "22"].includes(part) ? "" : style);
        return "";
      }
      const piece = part.slice(0, Math.max(0, left));
      left -= piece.length;
      return piece === "" ? "" : spanOf(piece, style);
    })
    .join("");
}

function spanOf(text: string, style: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return style === "" ? safe : `<tspan class="${style}">${safe}</tspan>`;
}
