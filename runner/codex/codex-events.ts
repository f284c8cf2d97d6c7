import { readEventLine } from "./codex-event.ts";
import type { Progress } from "./codex-order.ts";
import { type EventSummary, type LineCounts, type TallyOrder, tallyEvents } from "./event-summary.ts";
import { type Line, splitLines } from "./split-lines.ts";

export type EventReaderOrder = TallyOrder & {
  /** Applied to every line before it is given back for keeping. */
  redact: (text: string) => string;
};

export type EventReading = {
  /** The chunk's finished lines, redacted, as they are to be kept. */
  text: string;
  /** Some line told of progress; an `error` line alone may be a wait for the network. */
  alive: boolean;
  turn: "started" | "ended" | null;
};

export type EventReader = {
  push(chunk: Buffer): EventReading;
  /** Takes what is left without a line end. */
  end(): EventReading;
  summary(): EventSummary;
  progress(): Progress;
};

const MAX_LINE_BYTES = 1024 * 1024;
const COMPLETED_ITEM = /^\{"type":"item\.completed","item":\{"id":"([^"]{1,200})"/;
const TURN_EDGES: Readonly<Record<string, "started" | "ended">> = {
  "turn.started": "started",
  "turn.completed": "ended",
  "turn.failed": "ended",
};

/** Reads the JSONL of `codex exec` as it streams. Never throws and never holds more than one line. */
export function readEvents({ now, before, redact }: EventReaderOrder): EventReader {
  const splitter = splitLines(MAX_LINE_BYTES);
  const tally = tallyEvents({ now, before });
  const counts: LineCounts = { lines: 0, bad: 0, long: 0, cut: 0 };

  function take(line: Line): EventReading {
    counts.lines += 1;
    if (line.kind !== "whole") counts[line.kind] += 1;
    if (line.kind === "long") {
      const itemId = COMPLETED_ITEM.exec(line.beginning)?.[1];
      if (itemId !== undefined) tally.lost(itemId);
      return { text: `${redact(line.beginning)}… (${line.bytes} bytes)\n`, alive: true, turn: null };
    }
    return takeEvent(line.text);
  }

  function takeEvent(line: string): EventReading {
    const read = readEventLine(line, redact);
    const text = `${read.text}\n`;
    if (read.kind === "bad") counts.bad += 1;
    if (read.kind !== "event") return { text, alive: read.kind === "other", turn: null };
    tally.add(read.event);
    return { text, alive: read.event.type !== "error", turn: TURN_EDGES[read.event.type] ?? null };
  }

  return {
    push: (chunk) => together(splitter.push(chunk).map(take)),
    end: () => together(splitter.end().map(take)),
    summary: () => tally.summary({ ...counts }),
    progress: tally.progress,
  };
}

function together(readings: readonly EventReading[]): EventReading {
  return {
    text: readings.map(({ text }) => text).join(""),
    alive: readings.some(({ alive }) => alive),
    turn: readings.findLast(({ turn }) => turn !== null)?.turn ?? null,
  };
}
