import type { Clause } from "./governance-clauses.ts";

const AI =
  "(?:a\\.?i\\.?|artificial intelligence|gen(?:erative)?[- ]?ai|llms?|large language models?|chat-?gpt|copilot|claude(?: code)?|codex|gpt|ai agents?|coding agents?|machine|bots?|automat(?:ed|ic) (?:tools?|agents?))";
const MADE =
  "(?:generated|written|authored|assisted|created|produced|made|powered|driven|submitted|opened|filed)";
const WORK =
  "(?:contributions?|pull[- ]?requests?|prs?|mrs?|merge requests?|code|patch(?:es)?|commits?|changes?|submissions?|content|issues?|slop)";

/** Words for work by a machine: "AI-generated pull requests", "code written with the help of an LLM", "bot PRs". */
const MACHINE_WORK: readonly RegExp[] = [
  new RegExp(`\\b${AI}[- ]?${MADE}(?: (?:or|and) [\\w-]+)? (?:\\w+ ){0,2}${WORK}\\b`, "i"),
  new RegExp(`\\b${AI} ${WORK}\\b`, "i"),
  new RegExp(
    `\\b${WORK}\\b (?:\\S+ ){0,6}?${MADE} (?:\\S+ ){0,4}?(?:by|with|using|via|from) (?:\\S+ ){0,5}?${AI}\\b`,
    "i",
  ),
  new RegExp(`\\b${WORK}\\b (?:by|from|of) (?:an?y? )?${AI}(?: agents?| tools?)?(?=[\\s.,;!)]|$)`, "i"),
  new RegExp(`\\buse of (?:\\S+ ){0,3}?${AI}\\b(?: (?:tools?|assistants?|agents?|models?|systems?))?`, "i"),
  /\bautomated (?:pull[- ]?requests?|prs?|contributions?)\b/i,
  /\bvibe[- ]?cod(?:ed|ing)\b/i,
];

const REFUSED: readonly RegExp[] = [
  /\b(?:do not|don['’]?t|does not|doesn['’]?t|cannot|can['’]?t|can not|will not|won['’]?t|no longer|never)\b (?:\w+ ){0,2}?(?:accept|allow|permit|merge|take|want|welcome|review|consider|submit|send|open|contribute|use|make)\b/i,
  /\b(?:is|are|be|being) (?:\w+ ){0,2}?(?:prohibited|forbidden|banned|rejected|disallowed|unwelcome|refused|closed|deleted|declined)\b/i,
  /\b(?:is|are|be) (?:not|never|no longer) (?:\w+ ){0,2}?(?:accepted|allowed|permitted|welcome|wanted|considered|merged|acceptable|tolerated|reviewed)\b/i,
  /\b(?:must|may|should|shall) not\b (?:\w+ ){0,2}?(?:contain|include|be|use|submit|open|send|contribute)\b/i,
  /\b(?:we|project|maintainers) (?:\w+ ){0,2}?(?:reject|ban|forbid|prohibit|refuse|decline|close)s?\b/i,
  /\bnot (?:accepting|allowing|permitted|welcome)\b/i,
];

/** Sentences that are a refusal in themselves. */
const OUTRIGHT: readonly RegExp[] = [
  new RegExp(
    `^(?:\\W*)(?:strictly )?no ${AI}(?:[- ]${MADE})?(?: ${WORK})?(?:,? (?:please|allowed|policy))?\\W*$`,
    "i",
  ),
  new RegExp(`\\b(?:contains?|includes?|uses?|with) no ${AI}[- ]${MADE} (?:\\w+ ){0,2}?${WORK}`, "i"),
  new RegExp(`^(?:\\W*)(?:strictly )?no ${AI}[- ]${MADE} (?:\\w+ ){0,2}?${WORK}`, "i"),
  /\b(?:no|anti)[- ](?:ai|llm|bots?)[- ]policy\b/i,
  /\b(?:have|has) not used (?:an?y? )?(?:ai|llms?|generative ai)\b/i,
  new RegExp(
    `\\b(?:do not|don['’]?t|never|must not|may not|please refrain from|should not) us(?:e|ing) (?:\\w+ ){0,2}?${AI}(?: (?:tools?|assistants?|agents?|chatbots?))*(?:[.,;!]|$| (?:to|for|when|while) (?:writ|generat|creat|contribut|open|author|cod|draft|produc|prepar|submit))`,
    "i",
  ),
  new RegExp(
    `\\b${AI}(?: agents?| assistants?| tools?)? (?:must|may|should|shall) not (?:open|submit|contribute|create|send)\\b`,
    "i",
  ),
  new RegExp(
    `(?<!\\b(?:this|the|our) )\\b${AI}(?: agents?| assistants?| tools?)? (?:must|may|should|shall) not be used(?: (?:to|for|when|in) (?:\\w+ )?(?:contribut|writ|creat|generat|author|cod|pull|patch)|\\W*$)`,
    "i",
  ),
];

/** Only work without something is refused, so that with it there is a way: said to the worker, not the end. */
const CONDITIONAL: readonly RegExp[] = [
  /\bwithout (?!(?:further |an?y? )?(?:comment|notice|warning|discussion|explanation))/i,
  /\b(?:undisclosed|unreviewed|untested|blindly|solely|entirely|purely|exclusively|low[- ](?:quality|effort))\b/i,
  /\bunless (?:you|it|they|the author) (?:\w+ ){0,3}?(?:disclos|review|test|underst|read|verif|explain)/i,
  /\b(?:(?:have|has|had|was|were)(?:n['’]t| not| never)|not been|you (?:do|did)(?:n['’]t| not)) (?:\w+ ){0,3}?(?:reviewed|understood|understand|tested|disclosed|read|verified)\b/i,
  /\bif you (?:do not|don['’]?t|cannot|can['’]?t)\b/i,
];
const WELCOME =
  /\b(?:(?:is|are) (?!not\b|never\b|no\b)(?:\w+ )?(?:welcome|fine|ok|okay|allowed|accepted|permitted|encouraged)|feel free|not (?:prohibited|forbidden|banned|discouraged))\b/i;

/** Contributions by a machine are not wanted here, whatever they are like. */
export function isRefusal({ text, heading }: Clause): boolean {
  if (isConditional(text)) return false;
  if (OUTRIGHT.some((words) => words.test(text))) return true;
  if (WELCOME.test(text)) return false;
  return REFUSED.some((words) => words.test(text)) && (isMachineWork(text) || isBareAnswer(text, heading));
}

/** Contributions by a machine are taken if something is said or done. */
export function isDisclosure({ text }: Clause): boolean {
  if (!new RegExp(`\\b${AI}\\b`, "i").test(text)) return false;
  const asked =
    /\b(?:disclos\w+|declare|state whether|acknowledge|attribut\w+|assisted-by|label(?:led)?)\b/i.test(text);
  return asked || (isConditional(text) && isMachineWork(text));
}

function isConditional(text: string): boolean {
  return CONDITIONAL.some((words) => words.test(text));
}

function isMachineWork(text: string): boolean {
  return MACHINE_WORK.some((words) => words.test(text));
}

/** "## AI-generated contributions", and below it only "Not accepted." */
function isBareAnswer(text: string, heading: string): boolean {
  return (
    text.length <= 80 &&
    isMachineWork(heading) &&
    /^(?:these|those|they|such|this|it|we|not|please)\b/i.test(text)
  );
}
