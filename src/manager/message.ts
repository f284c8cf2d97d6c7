import { createHash } from "node:crypto";
import type { Question, QuestionName } from "../core/manager-question.ts";
import { clip, clipStart } from "../core/markdown.ts";
import { withoutSecrets } from "../core/secret-redaction.ts";
import { seenText } from "../core/untrusted-text.ts";

const LONGEST_FACTS = 12_000;
const LONGEST_WORDS = 8_000;
const LONGEST_ALL = 40_000;
const MOST_WORDS = 60;

/** The question as the model reads it: facts first, then the words of others, each between fences that they cannot know. */
export function inWords<N extends QuestionName>(question: Question<N>, secrets: readonly string[]): string {
  const { facts, words, choices = [] } = question;
  const own = clip(withoutSecrets(JSON.stringify(facts), secrets), LONGEST_FACTS);
  const fenced = Object.entries(words)
    .filter(([, text]) => text.trim() !== "")
    .slice(0, MOST_WORDS)
    .map(([label, text]) => fencedWords(label, withoutSecrets(seenText(text), secrets)));
  const list = choices.length === 0 ? [] : [`Choose from: ${choices.join(", ")}`];
  return clip([`Facts: ${own}`, ...list, ...fenced].join("\n\n"), LONGEST_ALL);
}

/** The fence is made of the text's own hash, so that the text cannot close it, and the same question reads the same. */
function fencedWords(label: string, text: string): string {
  const shown = bothEnds(text);
  const nonce = createHash("sha256").update(`${label}\n${shown}`).digest("hex").slice(0, 16);
  const name = label.replace(/[^\w.-]/g, "_").slice(0, 80);
  return `<data-${nonce} name="${name}">\n${shown}\n</data-${nonce}>`;
}

/** Of a log the end tells most, of a text the beginning. */
function bothEnds(text: string): string {
  if (text.length <= LONGEST_WORDS) return text;
  return `${clip(text, LONGEST_WORDS / 2)}\n${clipStart(text, LONGEST_WORDS / 2)}`;
}
