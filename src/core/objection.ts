import { proseLines } from "./markdown-prose.ts";
import { isRoleAtLeast, roleOfAssociation } from "./role.ts";

/** Somebody with a say does not want this pull request, or not from us. */
export type Objection = {
  /** The same whenever it is found again: an operator who goes on all the same is not stopped by it twice. */
  id: string;
  by: string;
  reason: string;
};

type Words = { id: string; author: string; association: string; body: string };

const BOTS =
  "(?:ai|a\\.i\\.|bots?|llms?|agents?|chat-?gpt|copilot|codex|automated|(?:ai|machine)[- ]generated)";
const NOT = "(?:don['’]?t|do not|must not|may not|cannot|can['’]?t|not|never|stop)";

/** Said about bots, or said alone; whatever is left in doubt stops us, for going on takes one word of the operator. */
const SHAPES: readonly RegExp[] = [
  /^\W*(?:@[\w-]+\W*)?(?:please\W+)?stop(?:\W+(?:it|this|that|now|please|here|thanks?|thank you))*\W*$/i,
  new RegExp(`\\bstop\\b[^.!?]{0,60}\\b${BOTS}(?![\\w-])`, "i"),
  new RegExp(`(?<![\\w-])no(?:\\s+more)?\\s+${BOTS}(?![\\w-])`, "i"),
  new RegExp(
    `\\b${NOT}\\b[^.!?]{0,40}\\b(?:us(?:e|ing)|accept(?:ed|ing)?|allow(?:ed|ing)?|want(?:ed)?|welcome|tak(?:e|ing)|submit(?:ting)?|send(?:ing)?|open(?:ing)?|merge)\\b[^.!?]{0,60}\\b${BOTS}(?![\\w-])`,
    "i",
  ),
  new RegExp(
    `\\b${BOTS}\\b[^.!?]{0,60}\\b(?:is|are)\\s+(?:not|n['’]t)\\s+(?:allowed|accepted|welcome)\\b`,
    "i",
  ),
];

const LABEL =
  /^(?:.*[/: ])?(?:do[- ]?not[- ]?merge(?:\/hold)?|don['’]?t[- ]merge|no[- ](?:ai|bots?|llms?|merge))$/i;

/** Objections to a pull request, labels first. Only people with a say in the repository can object by words. */
export function findObjections(labels: readonly string[], words: readonly Words[]): Objection[] {
  const byLabel = labels.filter((label) => LABEL.test(label.trim())).map(labelled);
  const byWords = words.flatMap((said) => {
    const line = isRoleAtLeast(roleOfAssociation(said.association), "triage") ? objecting(said.body) : null;
    return line === null ? [] : [spoken(said, line)];
  });
  return [...byLabel, ...byWords];
}

function labelled(label: string): Objection {
  return {
    id: `label:${label.trim().toLowerCase()}`,
    by: "upstream",
    reason: `the pull request is labelled ${label}`,
  };
}

function spoken({ id, author, association }: Words, line: string): Objection {
  return { id, by: `@${author}`, reason: `@${author} (${association.toLowerCase()}) objects: ${line}` };
}

/** The line that says it; quotes and code are somebody else's words. */
function objecting(body: string): string | null {
  const lines = proseLines(body.slice(0, MOST)).map((text) => text.replace(/`[^`]*`/g, "").slice(0, 2_000));
  const line = lines.find((text) => SHAPES.some((shape) => shape.test(text)));
  return line === undefined ? null : line.trim().slice(0, 200);
}

const MOST = 20_000;
