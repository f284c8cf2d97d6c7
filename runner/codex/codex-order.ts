import type { CodexEnd, Usage } from "../../src/core/evidence.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { BoxLimits, Isolation } from "../box/box-args.ts";
import type { KeyedProvider, LoginProvider } from "../provider/select-provider.ts";
import type { EventSummary } from "./event-summary.ts";

export type CodexOrder = {
  binary: string;
  prompt: string;
  /** Null starts a thread. */
  threadId: string | null;
  /** Null leaves it to the provider's setting, then to Codex. */
  model: string | null;
  sandbox: Policy["codex_sandbox"];
  provider: KeyedProvider | LoginProvider;
  isolation: Isolation;
  network: Policy["box_network"];
  limits: BoxLimits;
  workDir: string;
  scratch: string;
  codexHome: string;
  /** Written into the home and shown read-only, such as `skills/<name>/SKILL.md`. */
  homeFiles?: Readonly<Record<string, string>>;
  /** Lets the target's own AGENTS.md and skills into the prompt. */
  repositoryInstructions?: boolean;
  /** Tool folders and allowed read paths. */
  readOnly: readonly string[];
  /** The allow-listed environment: PATH, HOME, TMPDIR, locale and whatever tools need; nothing secret. */
  env: Readonly<Record<string, string>>;
  /** Null is no clock; the policy writes 0 for it. */
  clocks: { totalMs: number | null; silenceMs: number | null; turnMs: number | null };
  /** Why Codex must stop when it has used so much, in words; null, or no such function, lets it go on. */
  overspent?: (usage: Usage) => string | null;
  overrides: readonly string[];
  outputSchema: object | null;
  /** Tries of a failed request; few, so that a failure is told soon. */
  retries?: number;
  eventsFile: string;
  /** Most bytes that the event file keeps. */
  eventBytes?: number;
  redact: (text: string) => string;
};

/** For live views; sent after every piece of the stream, so the receiver thins it out. */
export type Progress = {
  threadId: string | null;
  commands: number;
  commandRunning: string | null;
  lastMessage: string | null;
  usage: Usage;
};

export type CodexResult = {
  end: CodexEnd;
  summary: EventSummary;
  eventsFile: string;
  lastMessage: string | null;
  stderrTail: string;
  durationMs: number;
  /** What was found in the home and removed before the start. */
  removed: string[];
  modelRequests: number;
};

/** A way to have Codex do one attempt. `codex exec` is one; the app-server protocol would be another. */
export type CodexDriver = (
  order: CodexOrder,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
) => Promise<CodexResult>;
