import {
  COMMIT_TYPES,
  COMPONENT,
  type CommitConvention,
  type Convention,
  conventionOf,
  TICKET,
} from "./commit-convention.ts";

/** How a subject begins here: the convention, and for components and tickets the words themselves. */
export type SubjectStyle = { kind: Convention; prefix: string | null };

type StyleFacts = {
  convention: CommitConvention;
  /** What the worker's contract says of commits: asked where documents and history are silent. */
  contract: string | null;
  recentSubjects: readonly string[];
  changedPaths: readonly string[];
  request: { title: string; body: string };
};

/** Documents and history first, the contract's word after them. A prefix is only ever one that is known here. */
export function subjectStyle(facts: StyleFacts): SubjectStyle {
  const { convention, contract } = facts;
  const said = contract === null ? null : conventionOf(contract);
  const kind = convention.from === "nothing" && said !== null ? said : convention.kind;
  const prefix =
    kind === "component" ? componentPrefix(facts) : kind === "ticket" ? ticketPrefix(facts) : null;
  return { kind, prefix };
}

/** The words with their prefix, unless they have one of that kind already. */
export function prefixed(words: string, { kind, prefix }: SubjectStyle): string {
  if (prefix === null) return capitalised(words);
  if (words.startsWith(prefix) || (kind === "ticket" && TICKET.test(words))) return words;
  const goesOn = kind === "component" && !prefix.startsWith("[");
  return `${prefix}${goesOn ? uncapitalised(words) : capitalised(words)}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "Add x" → "add x", but "API" and "HTTPServer" stay as they are. */
export function uncapitalised(text: string): string {
  return /^[A-Z][a-z]/.test(text) && !/^\w*[a-z][A-Z]/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

/** A component that the history names and the changed files lie in; the most specific one. */
function componentPrefix({ recentSubjects, changedPaths }: StyleFacts): string | null {
  const known = new Map(
    recentSubjects.flatMap((subject): [string, string][] => {
      const { boxed, named, text = "" } = COMPONENT.exec(subject)?.groups ?? {};
      const name = boxed ?? named;
      if (name === undefined || COMMIT_TYPES.has(name)) return [];
      return [[name, subject.slice(0, subject.length - text.length)]];
    }),
  );
  const fitting = [...known].filter(([name]) => changedPaths.some((path) => liesIn(path, name)));
  return fitting.toSorted(([a], [b]) => b.length - a.length)[0]?.[1] ?? null;
}

function liesIn(path: string, component: string): boolean {
  return (
    `/${path.toLowerCase()}`.includes(`/${component.toLowerCase()}/`) ||
    path.toLowerCase().startsWith(`${component.toLowerCase()}.`)
  );
}

/** The ticket that the request names, in the history's way of writing it. */
function ticketPrefix({ request, recentSubjects }: StyleFacts): string | null {
  const key = /\b(?!UTF-|SHA-|ISO-|RFC-|CVE-)[A-Z][A-Z0-9]{1,9}-\d{1,7}\b/.exec(
    `${request.title}\n${request.body.slice(0, 20_000)}`,
  )?.[0];
  if (key === undefined) return null;
  const boxed =
    recentSubjects.filter((subject) => subject.startsWith("[")).length * 2 > recentSubjects.length;
  return boxed ? `[${key}] ` : `${key}: `;
}
