import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openEventFile } from "../../../runner/codex/event-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-events-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MARK = '{"type":"agentpr.truncated"}\n';

async function written(lines: readonly string[], cap: number): Promise<string> {
  const path = join(folder, "events.jsonl");
  const file = await openEventFile(path, cap);
  for (const line of lines) await file.write(line);
  await file.close();
  expect(await readdir(folder)).toEqual(["events.jsonl"]);
  return readFile(path, "utf8");
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => `{"n":${String(at).padStart(6, "0")}}\n`);

test("a stream that fits is kept as it is", async () => {
  const lines = numbered(20);

  expect(await written(lines, 10_000)).toBe(lines.join(""));
});

test("a stream that only just outgrows its first half loses nothing", async () => {
  const lines = numbered(60); // 840 bytes, of 1,000

  expect(await written(lines, 1_200)).toBe(lines.join(""));
});

test.each([[2_000], [5_000], [60_001]])(
  "of a stream far beyond %i bytes whole lines of its beginning and its end are kept, with a mark between",
  async (cap) => {
    const lines = numbered(20_000);

    const text = await written(lines, cap);

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(cap);
    const [head = "", tail = ""] = text.split(MARK);
    expect(lines.join("").startsWith(head)).toBe(true);
    expect(lines.join("").endsWith(tail)).toBe(true);
    expect(head.length).toBeGreaterThan(cap * 0.4);
    expect(tail.length).toBeGreaterThan(cap * 0.2);
  },
);

test("one line longer than the whole end is left out, and the mark says so", async () => {
  const text = await written([...numbered(50), `${"x".repeat(5_000)}\n`, "last\n"], 1_000);

  expect(text).toContain(MARK);
  expect(text.endsWith("last\n")).toBe(true);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000);
});
