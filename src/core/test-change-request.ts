import { proseLines } from "./markdown-prose.ts";
import { isRoleAtLeast, ROLES } from "./role.ts";
import type { Request } from "./run.ts";

const ASKS =
  /\b(?:remov(?:e|ing)|delet(?:e|ing)|drop(?:ping)?|skip(?:ping)?|disabl(?:e|ing)|loosen(?:ing)?|relax(?:ing)?|chang(?:e|ing)|updat(?:e|ing)|rewrit(?:e|ing)|replac(?:e|ing)|adjust(?:ing)?|migrat(?:e|ing)|lower(?:ing)?|regenerat(?:e|ing))\s+(?:[\w'`-]+\s+){0,5}?(?:tests|specs|assertions|snapshots|test (?:cases?|files?|suites?)|coverage (?:threshold|bounds?|limits?)|lint(?:er|ing)? (?:rules?|config\w*|settings?))\b/i;
/** A name in code marks belongs to the sentence, a phrase in them is quoted. */
const PHRASE_IN_CODE = /`[^`]*\s[^`]*`/g;
const DENIES =
  /\b(?:not|never|no|without|don'?t|doesn'?t|mustn'?t|shouldn'?t|avoid|instead of|rather than|unless|nothing)\b(?!-)/i;

/**
 * Whether the request itself asks for tests or checks to be changed. Only its author's own prose counts, and only of
 * somebody who may write there, or of the operator; quotes, code and comments are other people's words.
 */
export function asksForTestChanges(request: Request): boolean {
  if (!mayAsk(request)) return false;
  return proseLines(`${request.title}\n\n${request.body}`)
    .flatMap((line) =>
      line
        .slice(0, 2_000)
        .replace(PHRASE_IN_CODE, "")
        .split(/[.!?;]\s/),
    )
    .some((sentence) => ASKS.test(sentence) && !DENIES.test(sentence));
}

/**
 * Whose words a request holds, and whether they may push there. A task without an issue is its asker's own. Of an issue's
 * author no more is known than what GitHub says of the repository's owner, unless the run was made by that very person.
 */
function mayAsk({ author, issue, role, askedBy }: Request): boolean {
  if (author === null) return issue === null && mayPush(askedBy);
  return role === "OWNER" || (askedBy?.name === `@${author}` && mayPush(askedBy));
}

function mayPush(askedBy: Request["askedBy"]): boolean {
  if (askedBy?.role === "operator") return true;
  const role = ROLES.find((known) => known === askedBy?.role);
  return role !== undefined && isRoleAtLeast(role, "write");
}
