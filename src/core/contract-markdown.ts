import { decisionOf } from "./contract-forms.ts";

type Section = { heading: string; lines: string[] };

/** A heading's words → where what stands under it belongs. */
const LISTS: readonly (readonly [
  heading: RegExp,
  place: "reasons" | "scope" | "risks" | "install" | "test" | "lint",
])[] = [
  [/\b(reasons?|blockers?|why)\b/i, "reasons"],
  [/\b(install|set-?up|dependencies)\b/i, "install"],
  [/\b(lint|format|type ?check)/i, "lint"],
  [/\b(tests?|verif\w*|validation)\b/i, "test"],
  [/\b(scope|target files|files)\b/i, "scope"],
  [/\b(risks?|forbidden)\b/i, "risks"],
];
const DECISION = /^\s*(?:[-*+]\s+)?[*_]*(?:decision|status)[*_]*\s*[:=]\s*[*_`]*([A-Za-z][A-Za-z _-]*)/im;

/** A contract under Markdown headings: `Status: ready`, then lists. Null when it names no decision. */
export function readMarkdownContract(text: string): Record<string, unknown> | null {
  const sections = sectionsOf(text);
  const decision = DECISION.exec(text)?.[1] ?? headed(sections, /^(decision|status)$/i)?.lines.find(Boolean);
  if (decision === undefined) return null;
  const list = (place: (typeof LISTS)[number][1]) =>
    sections.filter(({ heading }) => placeOf(heading) === place).flatMap(({ lines }) => lines.flatMap(item));
  return {
    decision: decisionOf(decision),
    reasons: list("reasons"),
    toolchain: { install: list("install"), test: list("test"), lint: list("lint") },
    conventions: { commit: named(text, "commit"), branch: named(text, "branch") },
    scope: list("scope"),
    risks: list("risks"),
    notes:
      headed(sections, /\bnotes?\b/i)
        ?.lines.join("\n")
        .trim() ?? "",
  };
}

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  for (const line of text.split(/\r?\n/)) {
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1];
    if (heading !== undefined) sections.push({ heading, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function headed(sections: readonly Section[], words: RegExp): Section | undefined {
  return sections.find(({ heading }) => words.test(heading));
}

function placeOf(heading: string): (typeof LISTS)[number][1] | undefined {
  return LISTS.find(([words]) => words.test(heading))?.[1];
}

/** "- `npm test` (from CI)" → "npm test"; a list item without code stays as it is. */
function item(line: string): string[] {
  const text = /^\s*(?:[-*+]|\d+[.)])\s+(.+)$/.exec(line)?.[1]?.trim();
  if (text === undefined) return [];
  return [/^`([^`]+)`/.exec(text)?.[1] ?? text];
}

/** "Commit format: `fix(scope): text`" → the words after the colon. */
function named(text: string, what: "commit" | "branch"): string | null {
  const line = new RegExp(
    `^\\s*(?:[-*+]\\s+)?[*_]*${what}(?: (?:format|convention|name|style))?[*_]*\\s*:\\s*(.+)$`,
    "im",
  );
  const words = line.exec(text)?.[1]?.replace(/^[*_`\s]+|[*_`\s]+$/g, "") ?? "";
  return words === "" || /^(none|null|n\/a|-)$/i.test(words) ? null : words;
}
