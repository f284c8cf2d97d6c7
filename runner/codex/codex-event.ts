import { z } from "zod";

const Item = z.discriminatedUnion("type", [
  z.object({
    id: z.string(),
    type: z.literal("command_execution"),
    command: z.string(),
    exit_code: z.number().int().nullish(),
    status: z.string(),
  }),
  z.object({ id: z.string(), type: z.literal("agent_message"), text: z.string() }),
  z.object({
    id: z.string(),
    type: z.literal("file_change"),
    changes: z.array(z.object({ path: z.string(), kind: z.string() })),
  }),
  z.object({ id: z.string(), type: z.literal("error"), message: z.string() }),
]);

const tokens = z.number().int().nonnegative().default(0);

/** The events of `codex exec --json` that we read. */
export const CodexEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("thread.started"), thread_id: z.string() }),
  z.object({ type: z.literal("turn.started") }),
  z.object({
    type: z.literal("turn.completed"),
    usage: z.object({
      input_tokens: tokens,
      cached_input_tokens: tokens,
      output_tokens: tokens,
      reasoning_output_tokens: tokens,
    }),
  }),
  z.object({ type: z.literal("turn.failed"), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal("error"), message: z.string() }),
  z.object({ type: z.literal("item.started"), item: Item }),
  z.object({ type: z.literal("item.updated"), item: Item }),
  z.object({ type: z.literal("item.completed"), item: Item }),
]);
export type CodexEvent = z.infer<typeof CodexEvent>;
export type TurnUsage = Extract<CodexEvent, { type: "turn.completed" }>["usage"];
export type CodexItem = z.infer<typeof Item>;

/** `text` is the line as it may be kept. */
export type EventLine = { text: string } & (
  | { kind: "event"; event: CodexEvent }
  | { kind: "other" }
  | { kind: "bad" }
);

const EVENT_TYPES = new Set<string>(CodexEvent.options.map((option) => option.shape.type.value));
const ITEM_TYPES = new Set<string>(Item.options.map((option) => option.shape.type.value));
const Tagged = z.object({ type: z.string(), item: z.object({ type: z.string() }).optional() });

/**
 * Reads one line, redacted first: what is kept and what is counted are the same. An event of a kind we do not know is
 * no mistake (Codex grows); a known kind in another shape, or no JSON, is.
 */
export function readEventLine(line: string, redact: (text: string) => string): EventLine {
  const json = redactStrings(parseJson(line), redact);
  const tagged = Tagged.safeParse(json);
  if (!tagged.success) return { kind: "bad", text: redact(line) };
  const text = JSON.stringify(json);
  const { type, item } = tagged.data;
  if (!EVENT_TYPES.has(type) || (item !== undefined && !ITEM_TYPES.has(item.type)))
    return { kind: "other", text };
  const event = CodexEvent.safeParse(json);
  return event.success ? { kind: "event", event: event.data, text } : { kind: "bad", text };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // no event; counted as bad by the caller
  }
}

const NAMES = new Set(["type", "id", "thread_id", "status"]);
const MAX_DEPTH = 20;

/** Inside the JSON, where a secret stands as it is and not with escapes. Names that events are told apart by stay. */
function redactStrings(value: unknown, redact: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => redactStrings(item, redact, depth + 1));
  const pairs = Object.entries(value).map(([key, inner]) => [
    key,
    NAMES.has(key) && typeof inner === "string" ? inner : redactStrings(inner, redact, depth + 1),
  ]);
  return Object.fromEntries(pairs);
}
