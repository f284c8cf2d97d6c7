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

/**
 * Reads one line, redacted first: what is kept and what is counted are the same. An event of a kind we do not know is
 * no mistake (Codex grows); a known kind in another shape, or no JSON, is.
 */
export function readEventLine(line: string, redact: (text: string) => string): EventLine {
  const json = parseJson(line);
  const tag = tagOf(json);
  if (tag === null) return { kind: "bad", text: redact(line) };
  const text = redactEvent(json, line, redact);
  if (!EVENT_TYPES.has(tag.type) || (tag.item !== null && !ITEM_TYPES.has(tag.item)))
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

/** By hand, because it is done for every line of a stream and most of them need no more. */
function tagOf(json: unknown): { type: string; item: string | null } | null {
  if (!isObject(json) || typeof json.type !== "string") return null;
  if (json.item === undefined) return { type: json.type, item: null };
  return isObject(json.item) && typeof json.item.type === "string"
    ? { type: json.type, item: json.item.type }
    : null;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NAMES = new Set(["type", "id", "thread_id", "status"]);
const MAX_DEPTH = 20;

/** Changes the event itself, and gives the line as it may be kept: as it came where there was nothing to hide. */
function redactEvent(json: unknown, line: string, redact: (text: string) => string): string {
  const clean = redact(line) === line;
  if (clean && !line.includes("\\")) return line; // without escapes every string stands in the line as it is
  const hid = isObject(json) && redactStrings(json, redact, 0);
  return hid || !clean ? redact(JSON.stringify(json)) : line;
}

/** Inside the JSON, where a secret stands as it is and not with escapes. Names that events are told apart by stay. */
function redactStrings(holder: Json | unknown[], redact: (text: string) => string, depth: number): boolean {
  let hid = false;
  for (const [key, value] of Object.entries(holder)) {
    const clean = redacted(value, key, { redact, depth });
    if (clean === value) continue;
    hid = true;
    Object.defineProperty(holder, key, { value: clean, enumerable: true });
  }
  return hid;
}

type Hiding = { redact: (text: string) => string; depth: number };

/** Another value where something had to be hidden; an object is changed as it stands and then given as a new one. */
function redacted(value: unknown, key: string, { redact, depth }: Hiding): unknown {
  if (typeof value === "string") return NAMES.has(key) ? value : redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  const hid = redactStrings(value as Json | unknown[], redact, depth + 1);
  return hid ? (Array.isArray(value) ? [...value] : { ...value }) : value;
}
