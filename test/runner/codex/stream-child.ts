// A process of its own that reads a huge event stream as an attempt does, and says what it counted and how its memory grew.
// Usage: stream-child.ts <megabytes> <events file>
import { runProcess } from "../../../runner/box/run-process.ts";
import { readEvents } from "../../../runner/codex/codex-events.ts";
import { openEventFile } from "../../../runner/codex/event-file.ts";
import { NO_USAGE } from "../../../src/core/evidence.ts";

const MEGABYTE = 1_000_000;
const WARM_UP = 40;
const LONG_LINE = 50;

const EVENT = JSON.stringify({
  type: "item.completed",
  item: {
    id: "item_1",
    type: "command_execution",
    command: "npm test",
    aggregated_output: "ok 1 - a line of output\\n".repeat(40),
    exit_code: 0,
    status: "completed",
  },
});

const [megabytes = "10", eventsFile = ""] = process.argv.slice(2);
const events = await openEventFile(eventsFile);
const reader = readEvents({
  now: () => 0,
  before: NO_USAGE,
  redact: (text) => text.replaceAll("hide-me", ""),
});

await stream(WARM_UP);
const before = process.memoryUsage().rss;
let most = before;
const watching = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 20);
const begun = performance.now();
await stream(Number(megabytes));
const seconds = (performance.now() - begun) / 1_000;
await pipe(`head -c ${LONG_LINE * MEGABYTE} /dev/zero | tr '\\0' x; echo`);
await pipe(`printf '{"type":"error","message":"a\\377\\376b"}\\n'; printf '{"type":"turn.comp'`);
most = Math.max(most, process.memoryUsage().rss);
clearInterval(watching);
const last = reader.end();
await events.close();

const { counts, failedMessage, commands } = reader.summary();
process.stdout.write(
  JSON.stringify({
    counts,
    failedMessage,
    kept: commands.length,
    grownMegabytes: (most - before) / MEGABYTE,
    megabytesPerSecond: Number(megabytes) / seconds,
    lineBytes: EVENT.length + 1,
    cutText: last.text,
  }),
);

function stream(size: number): Promise<void> {
  return pipe(`yes '${EVENT}' | head -n ${Math.floor((size * MEGABYTE) / (EVENT.length + 1))}`);
}

async function pipe(script: string): Promise<void> {
  await runProcess({
    argv: ["/bin/sh", "-c", script],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    signal: new AbortController().signal,
    clocks: { totalMs: null, silenceMs: null },
    onStdoutChunk: (chunk) => events.write(reader.push(chunk).text),
    stderrTailBytes: 1_024,
  });
}
