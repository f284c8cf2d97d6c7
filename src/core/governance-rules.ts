import type { Clause } from "./governance-clauses.ts";

const SIGN_OFF =
  /\bsigned-off-by\b|\bsign(?:ed|ing)?[- ]?off\b(?=.*\bcommits?\b)|\bcommits?\b.*\bsign(?:ed|ing)?[- ]?off\b|--signoff\b|\bcommit -s\b|\bdeveloper(?:['’]?s)? certificate of origin\b|\bDCO\b/i;
const CLA = /\b[Cc]ontributor(?:['’]?s)? [Ll]icen[cs]e [Aa]greement\b|\bCLA\b/;
const NOT_ASKED =
  /\b(?:no|not|don['’]?t|doesn['’]?t|without|never|isn['’]?t|aren['’]?t|neither|optional)\b(?:\s\S+){0,4}?\s?(?:require|need|ask|necessary|sign|dco|cla|have to|optional)|\boptional\b|\bno (?:dco|cla|sign)/i;

export function isSignOffDemand({ text }: Clause): boolean {
  return SIGN_OFF.test(text) && !NOT_ASKED.test(text);
}

export function isClaDemand({ text }: Clause): boolean {
  return CLA.test(text) && !NOT_ASKED.test(text);
}

const BRANCH_RULE: readonly RegExp[] = [
  /\b(?:pull[- ]?requests?|prs?|contributions?|changes|work)\b.*\b(?:against|target(?:s|ing|ed)?|into|to|onto)\b.*\bbranch\b/i,
  /\b(?:base|start|fork|branch off|create (?:a|your) (?:\w+ )?branch)\b.*\b(?:from|off|on)\b.*\b(?:main|master|develop|dev|trunk|branch)\b/i,
  /\b(?:never|do not|don['’]?t)\b.*\b(?:push|commit)\b.*\b(?:main|master|develop|default branch)\b/i,
  /\bbranch(?:es)?\b.*\b(?:nam(?:e|ed|ing)|called|prefix(?:ed)?)\b/i,
];

/** What is asked of branches: where to start, what to aim at, how to name them. */
export function isBranchRule({ text }: Clause): boolean {
  return text.length >= 15 && BRANCH_RULE.some((words) => words.test(text));
}

/** The first lines of a licence → its usual name. */
const LICENCES: readonly (readonly [words: RegExp, name: string])[] = [
  [/\bmit licen[cs]e\b|permission is hereby granted, free of charge/i, "MIT"],
  [/\bapache licen[cs]e\b/i, "Apache-2.0"],
  [/\bgnu affero general public/i, "AGPL"],
  [/\bgnu lesser general public/i, "LGPL"],
  [/\bgnu general public/i, "GPL"],
  [/\bmozilla public licen[cs]e/i, "MPL-2.0"],
  [/\bisc licen[cs]e\b/i, "ISC"],
  [/\bredistribution and use in source and binary forms\b|\bbsd \d-clause\b/i, "BSD"],
  [/\bthis is free and unencumbered software\b/i, "Unlicense"],
  [/\ball rights reserved\b/i, "proprietary"],
];
const LICENCE_START = 3_000;

export function licenceOf(
  paths: readonly string[],
  files: readonly { path: string; text: string }[],
): { path: string; name: string | null } | null {
  const [path] = paths;
  if (path === undefined) return null;
  const start = (files.find((file) => file.path === path)?.text ?? "").slice(0, LICENCE_START);
  return { path, name: LICENCES.find(([words]) => words.test(start))?.[1] ?? null };
}
