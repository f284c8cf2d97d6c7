import type { AttemptReport } from "./attempt.ts";
import type { Contract } from "./contract.ts";
import type { Run } from "./run.ts";

export const SECTIONS = ["what", "why", "tests", "risks"] as const;
export type Section = (typeof SECTIONS)[number];

/** Words for sections, instead of those that the digest and the contract give. */
export type Words = Partial<Record<Section, string>>;

export type Filling = { run: Run; report: AttemptReport; contract: Contract | null; words: Words };

/** Headings that ask for boxes, pictures or lists of others, whatever other words stand in them. */
const NOT_OURS =
  /\b(types?|kinds?|checklists?|screenshots?|recordings?|videos?|reviewers?|release notes?|changelog|breaking)\b/i;

const HEADINGS: readonly { section: Section; heading: RegExp }[] = [
  { section: "tests", heading: /\btest(s|ed|ing)?\b|verif|how.*checked|\bvalidation\b/i },
  { section: "risks", heading: /\brisks?\b|\bimpact\b|side.?effects|\bconcerns?\b/i },
  { section: "what", heading: /\bwhat\b|description|summary|overview|\bchanges\b|purpose|proposed/i },
  {
    section: "why",
    heading: /\bwhy\b|motivation|context|\bissues?\b|related|background|\bfix(es)?\b|tickets?/i,
  },
];

/** The sections that a heading asks for; "What it does and why" asks for two. */
export function sectionsOf(heading: string): Section[] {
  if (NOT_OURS.test(heading)) return [];
  const found = HEADINGS.filter(({ heading: asks }) => asks.test(heading)).map(({ section }) => section);
  const [first] = found;
  if (first === undefined) return [];
  return first === "what" && found.includes("why") ? ["what", "why"] : [first];
}

/** The text of a section, or nothing where neither the digest nor the contract has anything to say. */
export function sectionText(section: Section, filling: Filling): string {
  return filling.words[section] ?? TEXTS[section](filling);
}

const TEXTS: Readonly<Record<Section, (filling: Filling) => string>> = {
  what: ({ run, report }) => report.summary?.notes || run.request.title,
  why: ({ run }) => relation(run) || run.request.title,
  tests: ({ report }) => evidenceLines(report).join("\n"),
  risks: ({ contract }) => (contract?.risks ?? []).map((risk) => `- ${oneLine(risk)}`).join("\n"),
};

/** Names the issue without closing it: that is the template's to ask for. */
export function relation({ request: { issue } }: Run): string {
  return issue === null ? "" : `Relates to #${issue}.`;
}

/** What was run again on the sealed change, and what came of it. */
export function evidenceLines({ evidence: { verification } }: AttemptReport): string[] {
  const commands = verification?.commands ?? [];
  if (commands.length === 0) return ["- no command was run again on the sealed change"];
  const lent = verification?.dependencies === "reused";
  return [
    ...commands.map(
      ({ command, verdict, head }) =>
        `- \`${oneLine(command)}\`: ${verdict.replaceAll("_", " ")}${head.ran === null ? "" : ` (${head.ran} tests)`}`,
    ),
    ...(lent ? ["- their dependencies were lent from the worker's own folders, not installed anew"] : []),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll("`", "ˋ").replace(/\s+/g, " ").trim();
}
