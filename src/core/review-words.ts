import { plainText, withoutComments } from "./markdown.ts";

/** What somebody's words on a change are: a wish, a question and nothing else, or neither. */
export type WordsKind = "request" | "question" | "remark";

/** Code, quotes and commands of ours are not what the person says. */
const NOT_SAID = [
  /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[^\n]*$|$(?![\s\S]))/gm,
  /^ {0,3}>[^\n]*$/gm,
];
const SUGGESTION = /^ {0,3}(?:`{3,}|~{3,})[ \t]*suggestion\b/m;
const COMMAND = /^\/[a-z][\w-]*\b[^\n]*$/gm;

/** Words that ask for something to be done, also where they stand in a question. */
const WISH =
  /\b(?:please|pls|plz|should(?:n['’]?t)?|must(?:n['’]?t)?|ought|need(?:s|ed)?|let['’]?s|lets|instead|rather|prefer(?:s|red)?|suggest(?:s|ed|ion)?|nit|todo|fixme|required?|missing|forg[eo]t(?:ten)?|broken?|wrong|incorrect|typo|bug|fails?|rename|remove|delete|drop|revert|extract|inline|replace|move|add|fix|change|use|make|avoid|mind)\b/i;
const POLITE_WISH =
  /\b(?:(?:can|could|would|will|won['’]?t|might|may) (?:you|we|this|it|that)|why (?:not|don['’]?t|doesn['’]?t|isn['’]?t|didn['’]?t|aren['’]?t)|(?:how|what) about|what if|an[y] (?:chance|reason not))\b/i;
const EXPLAIN =
  /^(?:can|could|would) you (?:please )?(?:explain|clarify|tell me|say) (?:\w+ ){0,3}?(?:why|what|how|when|where|which|whether|if)\b/i;
const ASKS =
  /^(?:(?:and|but|so|also|hm+|ok(?:ay)?|just (?:curious|wondering)|out of curiosity|question|q)\b[\s,:.-]*)*(?:why|what|whats|what['’]s|how|when|where|which|who|whose|is|are|was|were|does|do|did|has|have|had|will|am i)\b/i;

const PRAISE =
  /^(?:(?:lgtm|looks? (?:good|great|fine|nice)(?: to me)?|nice(?: (?:work|one|job))?|great(?: (?:work|job))?|good (?:work|job|catch|point)|well done|thanks?(?: you)?(?: (?:so|very) much)?(?: a lot)?(?: for [\w ]{1,40})?|thx|ty|cheers|love (?:it|this)|perfect|awesome|cool|neat|ok(?:ay)?|agreed?|ack|done|resolved|yes|yep|\+1|:[a-z_+0-9]+:|all good)[\s,.!;:)(-]*)+$/i;

/** Nobody asks a mere question, or says a mere thank you, at such length. */
const LONGEST = 3_000;

/**
 * Judged by rules, carefully: only what consists of questions alone is a question, only what says thanks alone is a
 * remark; whatever is in doubt is a request.
 */
export function wordsKind(text: string): WordsKind {
  if (text.length > LONGEST) return "request";
  const visible = withoutComments(plainText(text));
  if (SUGGESTION.test(visible)) return "request";
  const said = NOT_SAID.reduce((left, pattern) => left.replace(pattern, " "), visible)
    .replace(COMMAND, " ")
    .trim();
  if (
    said.replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\s.!?,;:()-]/gu, "") === "" &&
    !said.includes("?")
  )
    return "remark";
  if (PRAISE.test(said)) return "remark";
  const sentences = sentencesOf(said).filter((sentence) => !PRAISE.test(sentence));
  return sentences.length > 0 && sentences.every(isQuestion) ? "question" : "request";
}

/** True where anything is asked at all: whoever asked decides when the conversation is over. */
export function asksSomething(text: string): boolean {
  if (text.length > LONGEST) return text.includes("?");
  return NOT_SAID.reduce((left, pattern) => left.replace(pattern, " "), withoutComments(plainText(text)))
    .replace(/`[^`\n]*`|https?:\/\/\S+/g, " ")
    .includes("?");
}

function sentencesOf(text: string): string[] {
  return text
    .replace(/`[^`\n]*`/g, "code")
    .replace(/https?:\/\/\S+/g, "link")
    .split(/(?<=[.!?])\s+|\n{2,}|\n(?=[-*\d])/)
    .map((sentence) =>
      sentence
        .replace(/\s+/g, " ")
        .replace(/^[-*\d.)\s]+/, "")
        .trim(),
    )
    .filter((sentence) => sentence !== "");
}

function isQuestion(sentence: string): boolean {
  if (!/\?[)"'’\s]*$/.test(sentence)) return false;
  if (EXPLAIN.test(sentence)) return true;
  if (POLITE_WISH.test(sentence)) return false;
  return ASKS.test(sentence) && !WISH.test(sentence);
}
