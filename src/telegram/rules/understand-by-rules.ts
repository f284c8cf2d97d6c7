import type { ActionName } from "../../actions/actions.ts";
import { seenText } from "../../core/untrusted-text.ts";
import type { Chat } from "../../database/telegram-chats.ts";
import { readTarget } from "../targets.ts";
import type { Understood } from "../understand.ts";
import { INTENTS } from "./intents.ts";
import { namedState } from "./state-words.ts";

const RUN = /\b(run_[A-Za-z0-9_-]{2,60})\b/;
const NUMBERED = /(?:\b(?:number|no\.?|run)\s*|#|第\s*)(\d{1,3})(?:\s*个)?\b/i;
/** More than anybody says by hand; a longer text is somebody's paste. */
const LONGEST = 2_000;

/** Plain words as an order, by rules alone: English and Chinese. Null where they fit nothing. */
export function understandByRules(text: string, chat: Pick<Chat, "runId">): Understood | null {
  const said = seenText(text).slice(0, LONGEST).trim();
  const targets = said.split(/[\s,，、;；]+/).filter(isTarget);
  const run = runIn(said, targets);
  const wanted = INTENTS.filter(({ english, chinese }) => english.test(said) || chinese.test(said));
  const action = choose(
    wanted.map((intent) => intent.action),
    { targets, known: run !== null || chat.runId !== null },
  );
  if (action === null) return run === null ? null : { action: "show", input: {}, run };
  return {
    action,
    ...argumentsOf(action, said, targets),
    ...(run === null || action === "create" ? {} : { run }),
  };
}

type Known = { targets: readonly string[]; known: boolean };

/** With a repository and a word for beginning, a new run is meant; without one nothing can be begun. */
function choose(
  wanted: readonly Understood["action"][],
  { targets, known }: Known,
): Understood["action"] | null {
  const begins = wanted.includes("create");
  if (begins && targets.length > 0 && !wanted.some((action) => STEERING.has(action))) return "create";
  const others = wanted.filter((action) => action !== "create");
  const [first = null] = others;
  // "How is it going" is about the chat's own run where there is one, else about everything.
  if ((first === "status" || first === "show") && !known && targets.length === 0) return "overview";
  return first;
}

const STEERING: ReadonlySet<string> = new Set([
  "pause",
  "resume",
  "retry",
  "cancel",
  "logs",
  "request_pr",
  "reject_pr",
]);

/** Addresses and `owner/repo`; words such as "and/or" and paths are none. */
function isTarget(word: string): boolean {
  const target = readTarget(word);
  return target !== null && !EVERYDAY.has(word.toLowerCase());
}

const EVERYDAY: ReadonlySet<string> = new Set(
  "and/or either/or he/she his/her yes/no on/off ci/cd n/a w/o tcp/ip input/output read/write".split(" "),
);

function runIn(said: string, targets: readonly string[]): string | null {
  const named = RUN.exec(said)?.[1] ?? NUMBERED.exec(said)?.[1];
  if (named !== undefined) return named;
  const target = targets[0] === undefined ? null : readTarget(targets[0]);
  return target === null ? null : `${target.owner}/${target.repo}`;
}

type Reader = (said: string, targets: readonly string[]) => Record<string, unknown>;

const steer: Reader = (said) => {
  const state = namedState(said);
  return state === null ? {} : { target_state: state };
};

const READERS: { readonly [A in ActionName]?: Reader } = {
  resume: steer,
  retry: (said, targets) => ({ ...steer(said, targets), ...noteOf(said) }),
  reject_pr: (said) => ({ reason: afterColon(said) ?? said }),
  pause: (said) => reasonOf(said),
  cancel: (said) => reasonOf(said),
  list: (said) => countOf(said),
  next: (said) => countOf(said),
  pending_pr: (said) => countOf(said),
  create: (said, targets) => ({ targets: targets.map(readTarget), ...taskOf(said), ...versionOf(said) }),
};

function argumentsOf(action: Understood["action"], said: string, targets: readonly string[]) {
  const reader = action === "help" ? undefined : READERS[action];
  return { input: reader?.(said, targets) ?? {} };
}

function afterColon(said: string): string | null {
  const text = /[:：]\s+?(.+)$|：(.+)$/s.exec(said);
  return (text?.[1] ?? text?.[2])?.trim() || null;
}

function noteOf(said: string): Record<string, unknown> {
  const note = afterColon(said);
  return note === null ? {} : { note };
}

function reasonOf(said: string): Record<string, unknown> {
  const because = afterColon(said) ?? /\bbecause (.+)$/is.exec(said)?.[1] ?? /因为(.+)$/s.exec(said)?.[1];
  return because ? { reason: because.trim() } : {};
}

function countOf(said: string): Record<string, unknown> {
  const limit = /\b(?:last|latest|first|top|recent)\s+(\d{1,3})\b|\b(\d{1,3})\s+runs\b|(\d{1,3})\s*个/i.exec(
    said,
  );
  const count = limit?.[1] ?? limit?.[2] ?? limit?.[3];
  return count === undefined || Number(count) < 1 ? {} : { limit: Math.min(200, Number(count)) };
}

function taskOf(said: string): Record<string, unknown> {
  const task =
    afterColon(said) ??
    /\b(?:to|and) ((?:add|fix|make|write|document|support|remove|update)\b.+)$/is.exec(said)?.[1];
  return task ? { task: task.trim() } : {};
}

function versionOf(said: string): Record<string, unknown> {
  const version = /\b(?:prompt(?:[ -]version)?|version|提示词|版本)\s*[:=]?\s*(v\d{1,4})\b/i.exec(said)?.[1];
  return version === undefined ? {} : { prompt_version: version };
}
