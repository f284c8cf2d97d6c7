import { ACTIONS, type ActionName } from "../actions/actions.ts";
import type { Tier } from "../actions/actor.ts";
import { parseState } from "../core/transitions.ts";
import { readTarget } from "./targets.ts";

export type Input = Record<string, unknown>;
/** One order of a person: an action of the table and what it is given; the run may still have to be found. */
export type Order = { action: ActionName; input: Input };

export type BotCommand = {
  readonly name: string;
  readonly action: ActionName | "help";
  readonly usage: string;
  readonly summary: string;
  readonly tier: Tier;
  /** Whether it is about one run, which may then be left out. */
  readonly aboutRun: boolean;
  /** The words after the command, and after the run if it is about one. */
  read(words: readonly string[]): readonly Input[];
};

type Row = readonly [
  name: string,
  action: ActionName | "help",
  usage: string,
  aboutRun: boolean,
  read: BotCommand["read"],
];

const nothing = () => [{}];
const limited = ([limit]: readonly string[]) => {
  if (limit === undefined) return [{}];
  return /^[1-9]\d{0,2}$/.test(limit) ? [{ limit }] : [];
};
/** The state may be left out: words that are none are the note. */
const withState = (words: readonly string[]) => {
  const target_state = words[0];
  if (target_state === undefined || parseState(target_state) === null) return rest("note")(words);
  return [{ target_state, ...rest("note")(words.slice(1))[0] }];
};
const rest = (key: string) => (words: readonly string[]) => [
  words.length === 0 ? {} : { [key]: words.join(" ") },
];

const ROWS: readonly Row[] = [
  ["start", "help", "/start", false, nothing],
  ["help", "help", "/help", false, nothing],
  ["overview", "overview", "/overview", false, nothing],
  ["next", "next", "/next [N]", false, limited],
  ["list", "list", "/list [N]", false, limited],
  ["show", "show", "/show [run]", true, nothing],
  ["status", "status", "/status [run]", true, nothing],
  ["pending_pr", "pending_pr", "/pending_pr [N]", false, limited],
  ["logs", "logs", "/logs [run]", true, nothing],
  ["create", "create", "/create owner/repo… [what to do] [--prompt-version vX]", false, readCreate],
  ["pause", "pause", "/pause [run] [why]", true, rest("reason")],
  [
    "resume",
    "resume",
    "/resume [run] [state]",
    true,
    ([target_state]) => [target_state ? { target_state } : {}],
  ],
  ["retry", "retry", "/retry [run] [state] [note]", true, withState],
  ["cancel", "cancel", "/cancel [run] [why]", true, rest("reason")],
  ["request_pr", "request_pr", "/request_pr [run] [title]", true, rest("title")],
  ["approve_pr", "approve_pr", "/approve_pr [run] <code>", true, rest("confirm_token")],
  ["reject_pr", "reject_pr", "/reject_pr [run] <why>", true, rest("reason")],
];

/** Every command of the bot, in the order of its menu. Names, tiers and summaries come from the actions' own table. */
export const COMMANDS: readonly BotCommand[] = ROWS.map(([name, action, usage, aboutRun, read]) => ({
  name,
  action,
  usage,
  aboutRun,
  read,
  summary: action === "help" ? "Say what can be said here" : ACTIONS[action].summary,
  tier: tierOfAction(action),
}));

/** Approving is the admins' on Telegram, where nobody's role can be looked up. */
export function tierOfAction(action: ActionName | "help"): Tier {
  if (action === "help") return "read";
  return action === "approve_pr" ? "admin" : ACTIONS[action].tier;
}

const COMMAND = /^\/([A-Za-z_]{1,32})(?:@(\w{1,64}))?(?:\s+|$)/;

export type Said =
  | { kind: "command"; command: BotCommand; words: string[] }
  | { kind: "unknown"; name: string }
  | { kind: "other_bot" }
  | { kind: "plain"; text: string };

/** What a message says: a command, one for another bot, or plain words. */
export function readWords(text: string, username: string): Said {
  const trimmed = text.trim();
  const [whole = "", name = "", bot] = COMMAND.exec(trimmed) ?? [];
  if (whole === "")
    return trimmed.startsWith("/")
      ? { kind: "unknown", name: trimmed.slice(1, 40) }
      : { kind: "plain", text: trimmed };
  if (bot !== undefined && bot.toLowerCase() !== username.toLowerCase()) return { kind: "other_bot" };
  const command = COMMANDS.find((each) => each.name === name.toLowerCase());
  if (command === undefined) return { kind: "unknown", name };
  return {
    kind: "command",
    command,
    words: trimmed
      .slice(whole.length)
      .split(/\s+/)
      .filter((word) => word !== ""),
  };
}

const PROMPT_FLAGS: ReadonlySet<string> = new Set(["-p", "--prompt-version", "—prompt-version"]);

/** Repositories stand first; what follows them says what to do there. */
function readCreate(words: readonly string[]): Input[] {
  const flag = words.findIndex((word) => PROMPT_FLAGS.has(word));
  const version = flag === -1 ? undefined : words[flag + 1];
  const plain = flag === -1 ? words : words.filter((_, index) => index !== flag && index !== flag + 1);
  const first = plain.findIndex((word) => readTarget(word) === null);
  const [names, task] = first === -1 ? [plain, []] : [plain.slice(0, first), plain.slice(first)];
  const targets = new Map(
    names.map((word) => [JSON.stringify(readTarget(word)).toLowerCase(), readTarget(word)]),
  );
  return [...targets.values()].map((target) => ({
    ...target,
    ...(task.length === 0 ? {} : { task: task.join(" ") }),
    ...(version === undefined ? {} : { prompt_version: version }),
  }));
}
