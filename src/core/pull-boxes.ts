import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";
import { isTestFile } from "./weakening-signs.ts";

export type Seen = { report: AttemptReport; change: Change };

const BOX = /^(\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)?)\[([ xX]?)\](?=\s)\s*(.*)$/;

/**
 * What only a person can say: that they have read, agreed or looked themselves, and everything about licences and
 * agreements. No evidence of ours stands for that.
 */
const HUMAN =
  /\b(?:I|we)(?:['’](?:ve|m|d|re|ll))?\s+(?:\w+\s+)?(?:read|reviewed?|agree[ds]?|accept(?:ed)?|confirm(?:ed)?|certif(?:y|ied)|acknowledged?|understand|understood|declare|attest|promise|follow(?:ed)?|checked|searched|verified|signed|own|have the right|am the|license)\b|\bby (?:submitting|opening|contributing|checking)\b|\b(?:CLA|DCO|EULA)\b|\bcontributor['’]?s? licen[cs]e|\blicen[cs]e agreement|\b(?:my|our) (?:\w+ )?contributions?\b.*\blicen[cs]e|\blicen[cs]ed? (?:under|by)\b|\bcode of conduct\b|\bsign(?:ed)?[- ]?off\b|\bcopyright\b|\bself[- ]review|\bmy own (?:code|work)\b|\bI (?:hereby|solemnly)\b|\bon behalf of\b|\bAI[- ](?:generated|assisted|tools?)\b/i;

export function isForPerson(line: string): boolean {
  return HUMAN.test(line);
}

export type Box = { prefix: string; label: string };

export function readBox(line: string): Box | null {
  const [, prefix, , label = ""] = BOX.exec(line) ?? [];
  return prefix === undefined ? null : { prefix, label };
}

/** A box as evidence leaves it: whatever the template or anybody else has ticked beforehand counts for nothing. */
export function writeBox({ prefix, label }: Box, seen: Seen): string {
  const isTicked = !isForPerson(label) && TICKS.some(({ says, holds }) => says(label) && holds(seen));
  return `${prefix}[${isTicked ? "x" : " "}] ${label}`;
}

/** A box says more than what was seen: that something was written, done by hand, or not done. */
const SAYS_MORE =
  /\b(add|added|adds|wrote|written|cover|coverage|manual|manually|not|no|none|without|unless|if|benchmarks?|docs?|documentation|browsers?|devices?|production|e2e|end-to-end|integration|all platforms)\b|n['’]t\b/i;
const TESTS_PASS = /\btests?\b.*\b(pass|passes|passing|green|run|ran)\b|\b(pass|run|ran)\b.*\btests?\b/i;
const LINT_PASS =
  /\b(lint(?:er|ers|ing|s)?|type[- ]?checks?|static analysis)\b.*\b(pass|passes|passing|clean|run|ran)\b|\b(pass|run|ran)\b.*\b(lint(?:er|ers|ing)?|type[- ]?checks?)\b/i;
const TESTS_ADDED =
  /^\W*(?:new |unit )*tests? (?:have been |has been |were |are )?(?:added|updated|added or updated|added\/updated)\W*$/i;
const DOCS_ONLY = /^\W*(?:\S+ )?(?:docs?|documentation)(?: (?:update|change|fix|improvement|only)s?)?\W*$/i;

type Tick = { says(label: string): boolean; holds(seen: Seen): boolean };

/** Only what the runner itself has seen, or what the diff shows; everything else is left to a person. */
const TICKS: readonly Tick[] = [
  {
    says: (label) => TESTS_PASS.test(label) && !SAYS_MORE.test(label),
    holds: ({ report }) => passed(report, "test"),
  },
  {
    says: (label) => LINT_PASS.test(label) && !/\btests?\b/i.test(label) && !SAYS_MORE.test(label),
    holds: ({ report }) => passed(report, "lint"),
  },
  { says: (label) => TESTS_ADDED.test(label), holds: ({ change }) => addsTests(change) },
  { says: (label) => DOCS_ONLY.test(label), holds: ({ change }) => isDocsOnly(change) },
];

function passed({ evidence }: AttemptReport, wanted: "test" | "lint"): boolean {
  const found = (evidence.verification?.commands ?? []).filter(({ kind }) => kind === wanted);
  return found.length > 0 && found.every(({ verdict }) => verdict === "passed");
}

function addsTests({ diff }: Change): boolean {
  return diff.files.some(({ path, added, status }) => status !== "deleted" && added > 0 && isTestFile(path));
}

function isDocsOnly({ diff }: Change): boolean {
  return diff.files.length > 0 && diff.files.every(({ path }) => /\.(md|mdx|rst|adoc|txt)$/i.test(path));
}
