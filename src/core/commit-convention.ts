import { z } from "zod";
import type { Clause } from "./governance-clauses.ts";

export const CONVENTIONS = ["conventional", "component", "ticket", "gitmoji", "plain"] as const;
export const CommitConvention = z.object({
  kind: z.enum(CONVENTIONS),
  /** What says so: the documents before the history. */
  from: z.enum(["documents", "history", "nothing"]),
  /** The words or the subject that show it. */
  example: z.string().max(300).nullable(),
});
export type CommitConvention = z.infer<typeof CommitConvention>;
export type Convention = CommitConvention["kind"];

export type CommitFact = { subject: string; signedOff: boolean };

export const COMMIT_TYPES: ReadonlySet<string> = new Set(
  "feat fix docs style refactor perf test build ci chore revert".split(" "),
);
/** "type(scope)!: text" */
export const CONVENTIONAL = /^(?<type>[a-z]+)(?<scope>\([^)]*\))?(?<breaking>!)?: (?<text>.+)$/;
/** "net/http: text", "[core] text" */
export const COMPONENT = /^(?:\[(?<boxed>[\w./ -]{1,40})\]:?|(?<named>[\w./-]{1,40}):) (?<text>.+)$/;
/** "ABC-123: text", "[ABC-123] text" */
export const TICKET = /^\[?(?<key>[A-Z][A-Z0-9]{1,9}-\d{1,7})\]?:? (?<text>.+)$/;
const GITMOJI = /^(?::[a-z_]+:|\p{Extended_Pictographic})/u;

/** Words about commits → the convention they mean; first match wins. */
const WORDS: readonly (readonly [RegExp, Convention])[] = [
  [/\bconventional[- ]?commits?\b|conventionalcommits\.org|\bcommitlint\b|\bcommitizen\b/i, "conventional"],
  [/\b(?:feat|fix|chore|type)(?:\([\w-]+\)|\[[\w ]+\]|<[\w-]+>)?!?: ?[\w<[]/i, "conventional"],
  [/\bgitmoji\b/i, "gitmoji"],
  [
    /\b(?:jira|ticket|issue)[- ]?(?:key|number|id)?\b.*\b(?:prefix|start|begin)|\b(?:prefix|start|begin)\w*\b.*\b(?:jira|ticket)\b/i,
    "ticket",
  ],
  [/\b(?!UTF|SHA|ISO|RFC|CVE|MD|AES|GPL|LGPL|BSD|AGPL|MPL|CC)[A-Z]{2,10}-(?:\d+|N+|X+)\b/, "ticket"],
  [
    /\b(?:prefix|start|begin)\w*\b.*\b(?:package|component|module|area|subsystem|crate)\b|\b(?:package|component|module|area|subsystem|crate)\b ?(?:name)?\s*(?::|followed)/i,
    "component",
  ],
];
const ABOUT_COMMITS =
  /\b(?:commits?|subject|pull request titles?|pr titles?|titles?|conventionalcommits|gitmoji)\b/i;
const NEGATED = /\b(?:not|don['’]?t|no need|optional|never)\b/i;

type Facts = { clauses: readonly Clause[]; paths: readonly string[]; commits: readonly CommitFact[] };

/** The target's convention: what its documents say, else what its history shows. */
export function commitConvention({ clauses, paths, commits }: Facts): CommitConvention {
  for (const { text } of clauses) {
    const kind = ABOUT_COMMITS.test(text) && !NEGATED.test(text) ? conventionOf(text) : null;
    if (kind !== null) return { kind, from: "documents", example: text.slice(0, 300) };
  }
  const lint = paths.find((path) =>
    /^(?:\.?commitlint(?:rc)?(?:\.config)?(?:\.\w+)?|\.czrc|\.cz\.\w+)$/.test(path),
  );
  if (lint !== undefined) return { kind: "conventional", from: "documents", example: lint };
  return fromHistory(commits.map(({ subject }) => subject));
}

/** What words say about the form of commits; null when they say nothing that is known. */
export function conventionOf(words: string): Convention | null {
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

function fromHistory(subjects: readonly string[]): CommitConvention {
  const own = ownSubjects(subjects);
  const kinds: readonly (readonly [Convention, (subject: string) => boolean])[] = [
    ["conventional", isConventional],
    ["ticket", (subject) => TICKET.test(subject)],
    ["gitmoji", (subject) => GITMOJI.test(subject)],
    ["component", (subject) => COMPONENT.test(subject)],
  ];
  for (const [kind, matches] of kinds) {
    const found = own.filter(matches);
    if (isCustom(found.length, own.length))
      return { kind, from: "history", example: (found[0] ?? "").slice(0, 300) };
  }
  return { kind: "plain", from: "nothing", example: null };
}

/** More than half of the recent subjects, and at least three, name a type. */
export function followsConventionalCommits(subjects: readonly string[]): boolean {
  const own = ownSubjects(subjects);
  return isCustom(own.filter(isConventional).length, own.length);
}

function isCustom(found: number, all: number): boolean {
  return found >= 3 && found * 2 > all;
}

function ownSubjects(subjects: readonly string[]): string[] {
  return subjects.filter((line) => !/^(Merge|Revert|Bump) /.test(line));
}

function isConventional(subject: string): boolean {
  return COMMIT_TYPES.has(CONVENTIONAL.exec(subject)?.groups?.type ?? "");
}
