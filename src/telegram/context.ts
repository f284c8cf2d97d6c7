import type { ActionContext } from "../actions/action.ts";
import type { Run } from "../core/run.ts";
import type { Limits } from "./limits.ts";
import type { People } from "./people.ts";
import type { Transport } from "./transport.ts";
import type { Understand } from "./understand.ts";

export type AuditLine = Readonly<Record<string, string | number | null>>;

/** Why a run is where it is, in a model's words; null where it has none. */
export type Explain = (
  run: Run,
  signal: AbortSignal,
) => Promise<{ why: string; suggestions: readonly string[] } | null>;

/** What the conversation works with. */
export type BotContext = {
  actions: ActionContext;
  transport: Transport;
  people: People;
  limits: Limits;
  /** Runs that a list shows if nobody says how many. */
  listLimit: number;
  /** The bot's own name, as commands in groups carry it. */
  username: string;
  words: WordsSettings;
  /** Where GitHub shows its pages. */
  githubUrl: string;
  /** Null shows none. */
  explain: Explain | null;
  /** The full diff of a run's sealed change; null where it cannot be made, or not be shown while others read along. */
  patchOf: ((run: Run, order: { alone: boolean; signal: AbortSignal }) => Promise<string | null>) | null;
  audit(line: AuditLine): void;
  signal: AbortSignal;
};

export type WordsSettings = {
  mode: "rules" | "hybrid" | "llm";
  /** Null without a model. */
  understand: Understand | null;
  timeoutMs: number;
};
