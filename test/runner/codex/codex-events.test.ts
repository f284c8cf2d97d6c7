import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type EventReader, readEvents } from "../../../runner/codex/codex-events.ts";
import { BOUNDS } from "../../../runner/codex/event-summary.ts";
import { NO_USAGE } from "../../../src/core/evidence.ts";

const STREAM = [
  '{"type":"thread.started","thread_id":"t-1"}',
  '{"type":"item.completed","item":{"id":"item_0","type":"error","message":"Model metadata not found"}}',
  '{"type":"turn.started"}',
  '{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"npm test","aggregated_output":"","exit_code":null,"status":"in_progress"}}',
  '{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"npm test","aggregated_output":"naïve ✓","exit_code":1,"status":"failed"}}',
  '{"type":"item.completed","item":{"id":"item_2","type":"file_change","changes":[{"path":"/w/a.ts","kind":"update"}],"status":"completed"}}',
  '{"type":"item.completed","item":{"id":"item_3","type":"reasoning","text":"hm"}}',
  '{"type":"something.new","x":1}',
  "not json at all",
  '{"type":"item.completed","item":{"id":"item_4","type":"agent_message","text":"done"}}',
  '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":4,"output_tokens":3,"reasoning_output_tokens":1}}',
].join("\n");

function reader(options: { redact?: (text: string) => string; now?: () => number } = {}): EventReader {
  return readEvents({ now: () => 0, before: NO_USAGE, redact: (text) => text, ...options });
}

function readAll(chunks: readonly Buffer[], events = reader()) {
  const text = [...chunks.map((chunk) => events.push(chunk)), events.end()]
    .map((reading) => reading.text)
    .join("");
  return { summary: events.summary(), text };
}

test("a stream is summed up", () => {
  expect(readAll([Buffer.from(`${STREAM}\n`)]).summary).toEqual({
    threadId: "t-1",
    turns: 1,
    completed: true,
    failedMessage: null,
    commands: [{ command: "npm test", exitCode: 1, durationMs: 0, stale: true }],
    fileChanges: [{ path: "/w/a.ts", kind: "update" }],
    usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3, reasoningTokens: 1 },
    lastMessage: "done",
    commandRunning: null,
    counts: { lines: 11, bad: 1, long: 0, cut: 0, commands: 1, fileChanges: 1 },
  });
});

test("however the stream is cut into chunks, summary and kept text are the same", () => {
  const bytes = Buffer.from(`${STREAM}\n`);
  const whole = readAll([bytes]);
  const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 });

  fc.assert(
    fc.property(cuts, (points) => {
      const edges = [0, ...points.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
      expect(readAll(chunks)).toEqual(whole);
    }),
    { numRuns: 100 },
  );
});

test("garbage is counted and never thrown at", () => {
  const odd = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((json) => new TextEncoder().encode(`${json}\n`)),
  );

  fc.assert(
    fc.property(fc.array(odd, { maxLength: 10 }), (chunks) => {
      const { summary } = readAll(chunks.map((chunk) => Buffer.from(chunk)));
      expect(summary.completed).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("known events in another shape are counted as bad", () => {
  const lines = [
    '{"type":"turn.completed"}',
    '{"type":"item.completed","item":{"type":"agent_message"}}',
    "[]",
    "null",
    '{"type":7}',
  ];

  expect(readAll([Buffer.from(`${lines.join("\n")}\n`)]).summary).toMatchObject({
    completed: false,
    counts: { lines: 5, bad: 5 },
  });
});

test("invalid UTF-8 survives", () => {
  const line = Buffer.concat([
    Buffer.from('{"type":"error","message":"a'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('b"}\n'),
  ]);

  expect(readAll([line]).summary.failedMessage).toBe("a\ufffd\ufffdb");
});

test("a huge line costs no memory, ends its command, and is kept by its beginning", () => {
  const events = reader();
  events.push(Buffer.from(`${STREAM.split("\n")[3]}\n`));
  const piece = Buffer.alloc(64 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;

  events.push(
    Buffer.from(
      '{"type":"item.completed","item":{"id":"item_1","type":"command_execution","aggregated_output":"',
    ),
  );
  for (let sent = 0; sent < 5_000_000; sent += piece.length) events.push(piece);
  const grown = process.memoryUsage().arrayBuffers - before;
  const { text } = events.push(Buffer.from('"}}\n'));

  expect(grown).toBeLessThan(3_000_000);
  expect(text.length).toBeLessThan(5_000);
  expect(events.summary()).toMatchObject({
    commands: [{ command: "npm test", exitCode: null }],
    commandRunning: null,
    counts: { long: 1, bad: 0 },
  });
});

test("a line without its end is read and counted as cut", () => {
  expect(readAll([Buffer.from('{"type":"turn.started"}\n{"type":"turn.comp')]).summary).toMatchObject({
    completed: false,
    counts: { lines: 2, cut: 1, bad: 1 },
  });
});

test("the command under way when the stream ends is named", () => {
  expect(readAll([Buffer.from(STREAM.split("\n").slice(0, 4).join("\n"))]).summary.commandRunning).toBe(
    "npm test",
  );
});

test("commands take the time between their start and their end", () => {
  let now = 0;
  const events = reader({ now: () => now });

  events.push(Buffer.from(`${STREAM.split("\n")[3]}\n`));
  now = 1_250;
  events.push(Buffer.from(`${STREAM.split("\n")[4]}\n`));

  expect(events.summary().commands[0]?.durationMs).toBe(1_250);
});

test("lists are bounded, and what is not kept is still counted", () => {
  const command = (n: number) =>
    JSON.stringify({
      type: "item.completed",
      item: {
        id: `i${n}`,
        type: "command_execution",
        command: "x".repeat(10_000),
        exit_code: 0,
        status: "completed",
      },
    });

  const { summary } = readAll([
    Buffer.from(`${Array.from({ length: 700 }, (_, n) => command(n)).join("\n")}\n`),
  ]);

  expect(summary.commands).toHaveLength(BOUNDS.commands);
  expect(summary.counts.commands).toBe(700);
  expect(summary.commands[0]?.command).toHaveLength(BOUNDS.commandText);
});

test("what was run before an edit is stale, and of too many commands the first and the last are kept", () => {
  const [started, ended, edit] = [3, 4, 5].map((at) => STREAM.split("\n")[at] ?? "");
  const again = [started, ended].map((line) => line?.replaceAll("npm test", "npm run e2e"));
  const { summary } = readAll([Buffer.from(`${[started, ended, edit, ...again].join("\n")}\n`)]);
  const many = Array.from({ length: 700 }, (_, n) => ended?.replaceAll("npm test", `run ${n}`)).join("\n");
  const kept = readAll([Buffer.from(`${many}\n`)]).summary.commands.map(({ command }) => command);

  expect(summary.commands.map(({ command, stale }) => [command, stale === true])).toEqual([
    ["npm test", true],
    ["npm run e2e", false],
  ]);
  expect([kept[0], kept.at(-1)]).toEqual(["run 0", "run 699"]);
});

test("what is kept and what is summed up are redacted alike, escapes or not", () => {
  const secret = 'line1\n"quoted"';
  const line = JSON.stringify({
    type: "item.completed",
    item: { id: "item_1", type: "agent_message", text: `the key: ${secret}` },
  });
  const events = reader({ redact: (text) => text.replaceAll(secret, "[hidden]") });

  const { summary, text } = readAll([Buffer.from(`${line}\n`)], events);

  expect(summary.lastMessage).toBe("the key: [hidden]");
  expect(text).toBe(`${line.replace(JSON.stringify(secret).slice(1, -1), "[hidden]")}\n`);
});

test.each([
  ["an item", '{"type":"item.completed","item":{"id":"i","type":"reasoning"}}', true],
  ["an unknown event", '{"type":"new"}', true],
  [
    "a note that Codex waits for the network",
    '{"type":"error","message":"Reconnecting... waiting for network"}',
    false,
  ],
  ["garbage", "???", false],
])("%s as a sign of life: %#", (_title, line, alive) => {
  expect(reader().push(Buffer.from(`${line}\n`)).alive).toBe(alive);
});

test("a resumed thread's tokens are counted from where they stood", () => {
  const before = { inputTokens: 8, cachedInputTokens: 4, outputTokens: 9, reasoningTokens: 0 };
  const events = readEvents({ now: () => 0, before, redact: (text) => text });

  expect(readAll([Buffer.from(`${STREAM}\n`)], events).summary.usage).toEqual({
    inputTokens: 2,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 1,
  });
});
