import { COMMIT_TYPES, CONVENTIONAL, followsConventionalCommits } from "./commit-convention.ts";
import { plainLine, unasked } from "./commit-message-cleaning.ts";
import { prefixed, type SubjectStyle, uncapitalised } from "./commit-subject.ts";

export type CommitMessageInput = {
  /** Newest first; the target's convention is read from them where `style` does not say it. */
  recentSubjects: readonly string[];
  style?: SubjectStyle;
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

function subject(title: string, { recentSubjects, style, closes = [] }: CommitMessageInput): string {
  const clean = unasked(title, closes).replace(/[.\s]+$/, "") || "Change the code as asked";
  const match = CONVENTIONAL.exec(clean)?.groups;
  const named = COMMIT_TYPES.has(match?.type ?? "");
  const kind = style?.kind ?? (followsConventionalCommits(recentSubjects) ? "conventional" : "plain");
  if (kind === "conventional") return shorten(named ? clean : `${typeOf(clean)}: ${uncapitalised(clean)}`);
  return shorten(prefixed(named ? (match?.text ?? clean) : clean, style ?? { kind, prefix: null }));
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
