import { plainLine, unasked } from "./commit-message-cleaning.ts";

export type CommitMessageInput = {
  /** Newest first; the target's convention is read from them. */
  recentSubjects: readonly string[];
  /** What was asked for: the fallback title. */
  requestTitle: string;
  /** What the worker said it did, validated; never believed for more than words. */
  summary: { title: string; notes: string } | null;
  /** Issues that the request asked to close; any other closing keyword is taken out. */
  closes?: readonly number[];
  trailers: readonly string[];
  signOff: { name: string; email: string } | null;
};

const SUBJECT_LENGTH = 72;
const BODY_LENGTH = 4_000;
const LINE_LENGTH = 72;
const CONVENTIONAL = /^(?<type>[a-z]+)(?<scope>\([^)]*\))?(?<breaking>!)?: (?<text>.+)$/;
const TYPES: ReadonlySet<string> = new Set(
  "feat fix docs style refactor perf test build ci chore revert".split(" "),
);
/** What a title's first word says about the kind of change, for targets that name it. */
const VERBS: readonly (readonly [RegExp, string])[] = [
  [/^(fix|repair|correct|resolve|prevent|handle|avoid)/i, "fix"],
  [/^(document|docs|readme)/i, "docs"],
  [/^(test|cover)/i, "test"],
  [/^(refactor|rename|move|simplify|extract|clean)/i, "refactor"],
  [/^(speed|optimi[sz]e)/i, "perf"],
  [/^(bump|upgrade|update dependenc)/i, "chore"],
];

/** The whole commit message in the target's own convention: subject, body, trailers, sign-off. */
export function commitMessage(input: CommitMessageInput): string {
  const title =
    plainLine(input.summary?.title ?? "") || plainLine(input.requestTitle) || "Change the code as asked";
  const body = unasked(input.summary?.notes ?? "", input.closes ?? []).slice(0, BODY_LENGTH);
  const parts = [subject(title, input), wrap(body), trailerBlock(input)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** More than half of the recent subjects, and at least three, name a type. */
export function followsConventionalCommits(subjects: readonly string[]): boolean {
  const own = subjects.filter((line) => !/^(Merge|Revert|Bump) /.test(line));
  const named = own.filter((line) => TYPES.has(CONVENTIONAL.exec(line)?.groups?.type ?? ""));
  return named.length >= 3 && named.length * 2 > own.length;
}

function subject(title: string, { recentSubjects, closes = [] }: CommitMessageInput): string {
  const clean = unasked(title, closes).replace(/[.\s]+$/, "") || "Change the code as asked";
  const match = CONVENTIONAL.exec(clean)?.groups;
  const named = TYPES.has(match?.type ?? "");
  if (!followsConventionalCommits(recentSubjects))
    return shorten(capitalised(named ? (match?.text ?? clean) : clean));
  return shorten(named ? clean : `${typeOf(clean)}: ${uncapitalised(clean)}`);
}

function typeOf(title: string): string {
  return VERBS.find(([verb]) => verb.test(title))?.[1] ?? "feat";
}

function shorten(line: string): string {
  const letters = [...line];
  if (letters.length <= SUBJECT_LENGTH) return line;
  const cut = letters.slice(0, SUBJECT_LENGTH - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > SUBJECT_LENGTH / 2 ? space : undefined).trimEnd()}…`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "Add x" → "add x", but "API" and "HTTPServer" stay as they are. */
function uncapitalised(text: string): string {
  return /^[A-Z][a-z]/.test(text) && !/^\w*[a-z][A-Z]/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

function wrap(body: string): string {
  return body
    .split("\n")
    .map(wrapLine)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function wrapLine(line: string): string {
  const lines = [""];
  for (const word of line.trimEnd().split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\n");
}

function trailerBlock({ trailers, signOff }: CommitMessageInput): string {
  const lines = trailers.map(plainLine).filter((line) => /^[A-Za-z][A-Za-z0-9-]*: \S/.test(line));
  const signed = signOff ? [`Signed-off-by: ${plainLine(`${signOff.name} <${signOff.email}>`)}`] : [];
  return [...new Set([...lines, ...signed])].join("\n");
}
