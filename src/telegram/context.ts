import type { ActionContext } from "../actions/action.ts";
import type { Explanation } from "../core/explanation.ts";
import type { Run } from "../core/run.ts";
import type { Limits } from "./limits.ts";
import type { People } from "./people.ts";
import type { Transport } from "./transport.ts";
import type { Turns } from "./turns.ts";
import type { Understand } from "./understand.ts";

export type AuditLine = Readonly<Record<string, string | number | null>>;

/** Why a run is where it is, in a model's words: what was said already, and what is said when it is asked. */
export type CardWords = {
  known(run: Run): Promise<Explanation | null>;
  ask(run: Run, signal: AbortSignal): Promise<Explanation | null>;
};

/** What the conversation works with. */
export type BotContext = {
  actions: ActionContext;
  transport: Transport;
  turns: Turns;
  people: People;
  limits: Limits;
  /** Runs that a list shows if nobody says how many. */
  listLimit: number;
  /** The bot's own name, as commands in groups carry it. */
  username: string;
  words: WordsSettings;
  /** Where GitHub shows its pages. */
  githubUrl: string;
  /** A model's words on cards; null shows none. */
  cardWords: CardWords | null;
  /** Told of each run whose card went out; absent where nobody adds a model's words to it. */
  wantWords?(runId: string): void;
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
