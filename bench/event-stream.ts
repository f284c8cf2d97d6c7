import { redactor } from "../runner/attempt/redact.ts";
import { readEvents } from "../runner/codex/codex-events.ts";
import { NO_USAGE } from "../src/core/evidence.ts";
import type { Bench } from "./bench.ts";
import { bestOf, type Row } from "./row.ts";

const MEGABYTE = 1_000_000;
const CHUNK = 64 * 1024;
const SECRETS = ["sk-a-key-of-some-length-0123456789", "ghp_another-key-of-some-length-0123"];

/** How fast the JSONL of `codex exec` is read, redacted, summed up and made ready to be kept. */
export async function measureEventStream({ quick }: Bench): Promise<Row[]> {
  const block = Buffer.from(conversation());
  const bytes = (quick ? 30 : 200) * MEGABYTE;
  const rounds = Array.from({ length: quick ? 3 : 5 }, () => ratePerSecond(bytes, () => readAll(block)));
  const lines = block.toString("utf8").trimEnd().split("\n");
  const floors = rounds.map(() => ratePerSecond(bytes, () => parseAll(lines, block.length)));
  const best = (rates: readonly number[]) => bestOf(rates, (rate) => -rate);
  return [
    {
      metric: "event stream read",
      unit: "MB/s",
      measured: { value: best(rounds) },
      judged: "value",
      goal: { atLeast: 50 },
      floor: { what: "JSON.parse of its lines", value: best(floors) },
    },
  ];
}

/** Megabytes per second, of `work` repeated until it has seen that many bytes. */
function ratePerSecond(bytes: number, work: () => number): number {
  const started = performance.now();
  let seen = 0;
  while (seen < bytes) seen += work();
  return seen / MEGABYTE / ((performance.now() - started) / 1_000);
}

function readAll(block: Buffer): number {
  const reader = readEvents({ now: () => 0, before: NO_USAGE, redact: redactor(SECRETS) });
  for (let at = 0; at < block.length; at += CHUNK) reader.push(block.subarray(at, at + CHUNK));
  reader.end();
  return block.length;
}

function parseAll(lines: readonly string[], bytes: number): number {
  for (const line of lines) JSON.parse(line);
  return bytes;
}

/** What a session is made of: commands with their output, and words. */
function conversation(): string {
  const output = "src/core/a.ts:12: some output of a command that was run, with words\n".repeat(20);
  return Array.from({ length: 100 }, (_, at) => exchange(`item_${at}`, output)).join("");
}

function exchange(id: string, output: string): string {
  const command = { id, type: "command_execution", command: "bash -lc 'npm test'" };
  const events = [
    {
      type: "item.started",
      item: { ...command, aggregated_output: "", exit_code: null, status: "in_progress" },
    },
    {
      type: "item.completed",
      item: { ...command, aggregated_output: output, exit_code: 0, status: "completed" },
    },
    {
      type: "item.completed",
      item: { id: `${id}_r`, type: "reasoning", text: "Thinking about what it says." },
    },
    {
      type: "item.completed",
      item: { id: `${id}_m`, type: "agent_message", text: "Now the tests are run." },
    },
  ];
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
